// npm run bench:service -- [--only kills,workers,…] [--quick] [--write]; a, b, … stand for the suites in turn.
import { runSuites } from "../runSuites.js";
import { fuzz } from "./fuzz.js";
import { kills } from "./kills.js";
import { latency } from "./latency.js";
import { sizing } from "./sizing.js";
import { slider } from "./slider.js";
import { soak } from "./soak.js";
import { workers } from "./workers.js";

await runSuites({
  suites: { latency, fuzz, kills, workers, sizing, slider, soak },
  page: "docs/benchmarks-service.md",
});
