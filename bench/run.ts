// npm run bench -- [--only sizes,orders,…] [--size 10m] [--quick] [--write]; a, b, … stand for the suites in turn.
import { runSuites } from "./runSuites.js";
import { classLevel } from "./suites/classLevel.js";
import { orderByOrder } from "./suites/orderByOrder.js";
import { packing } from "./suites/packing.js";
import { proof } from "./suites/proof.js";
import { realInput } from "./suites/realInput.js";
import { realistic } from "./suites/realistic.js";
import { simulation } from "./suites/simulation.js";
import { sizes } from "./suites/sizes.js";
import { tenMillion } from "./suites/tenMillion.js";
import { whatIf } from "./suites/whatIf.js";
import { wholeCommand } from "./suites/wholeCommand.js";

await runSuites({
  suites: {
    sizes,
    orders: orderByOrder,
    classes: classLevel,
    command: wholeCommand,
    real: realInput,
    realistic,
    proof,
    packing,
    "what-if": whatIf,
    simulation,
  },
  ofSize: { "10m": tenMillion },
  page: "docs/benchmarks.md",
});
