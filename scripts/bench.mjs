// Builds sources and benchmarks into out/bench, apart from dist, and runs them: npm run bench -- --only sizes --quick
// With --service those of the service: npm run bench:service -- --only kills --quick
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const out = join(root, "out", "bench");

function run(script, args) {
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

rmSync(out, { recursive: true, force: true });
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
run(tsc, ["-p", join(root, "bench", "tsconfig.json")]);
const asked = process.argv.slice(2);
if (asked.includes("--service"))
  await build({
    configFile: join(root, "web", "vite.config.ts"),
    logLevel: "warn",
    build: { outDir: join(out, "dist", "web") },
  });
const suites = asked.includes("--service") ? ["service", "run.js"] : ["run.js"];
run(
  join(out, "bench", ...suites),
  asked.filter((arg) => arg !== "--service"),
);
