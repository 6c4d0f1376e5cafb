/**
 * Writes February's card payments as channels.json and orders.csv, from the data that `PACKWRIGHT_DATA` points to:
 *
 *     npx tsx test/support/public/writePsp.ts out/psp
 */
import { writePublicInstance } from "./instanceFiles.js";
import { pspInstance, readPsp } from "./psp.js";
import { withPublicData } from "./publicData.js";

const [out] = process.argv.slice(2);
const data = withPublicData("psp-routing");
if (out === undefined || data.missing) {
  console.error(data.title("usage: npx tsx test/support/public/writePsp.ts DIR"));
  process.exitCode = 2;
} else {
  const { attempts, fees } = readPsp(data.folder);
  console.log(`Written  ${writePublicInstance(out, pspInstance(attempts, fees))}`);
}
