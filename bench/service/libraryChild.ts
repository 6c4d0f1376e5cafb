// Plans the same files again and again through the library, on one thread; tells the milliseconds of each.
import { plan } from "../../src/index.js";

const [channels, orders, timeLimit, runs] = process.argv.slice(2) as [string, string, string, string];
const times: number[] = [];
for (let i = 0; i < Number(runs); i++) {
  const started = performance.now();
  const planned = await plan({ channels, orders, timeLimit: Number(timeLimit), threads: 1 });
  times.push(performance.now() - started);
  await planned.close();
}
process.stdout.write(JSON.stringify(times));
