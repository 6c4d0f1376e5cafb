import { readInputs } from "./src/app/readInputs.ts";
import { problemOf } from "./src/solver/problem.ts";
import { prove } from "./src/solver/proof/prove.ts";
import { solveGreedy } from "./src/solver/greedy/greedy.ts";
import { guideByVolume, withVolume } from "./src/solver/proof/volumeGuide.ts";
import { anyCounts } from "./src/solver/relaxation/relax.ts";
const [channels, orders] = process.argv.slice(2);
const { contract, store } = await readInputs({ channels, orders } as any);
const problem = problemOf(contract, store.table);
console.log("classes", problem.classes.count);
let t = Date.now();
const g = guideByVolume(problem, anyCounts(problem.classes.channels), () => false);
console.log("guide ms", Date.now() - t, g);
t = Date.now();
let best = Infinity;
const done = prove(problem, { shouldStop: () => Date.now() - t > 60000, enough: () => Date.now() - t > 40000, incumbent: () => best,
  onProof: (p) => console.log("proof", Number(p.bound) / 1e6, Date.now() - t, "prices" in p.tree ? "leaf" : "tree"),
  onPlan: (p) => { const o = Number(p.cost.objective); if (o < best) best = o; console.log("plan", o / 1e6, Date.now() - t); },
  onGuided: () => console.log("guided", Date.now() - t) });
console.log("end", Date.now() - t, Number(done.bound) / 1e6, best / 1e6);
t = Date.now();
const f = solveGreedy(problem, [], { shouldStop: () => Date.now() - t > 60000, onIncumbent: (p) => console.log("greedy", Number(p.cost.objective) / 1e6, Date.now() - t) });
console.log("greedy end", Number(f.cost.objective) / 1e6, Date.now() - t);
await store.close();
