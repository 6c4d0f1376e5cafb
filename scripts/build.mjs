// Compiles src to dist and the page to dist/web, from nothing: a file that is gone from src is gone from dist.
import { spawnSync } from "node:child_process";
import { chmodSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dist");

function fail(code) {
  // A dist of broken sources would be tested and packed as if it were good.
  rmSync(dist, { recursive: true, force: true });
  console.error("packwright: the build failed, see above");
  process.exit(code);
}

rmSync(dist, { recursive: true, force: true });
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
const { status } = spawnSync(process.execPath, [tsc, "-p", join(root, "tsconfig.json")], {
  stdio: "inherit",
});
if (status !== 0) fail(status ?? 1);
await build({ configFile: join(root, "web", "vite.config.ts") }).catch((error) => {
  console.error(error);
  fail(1);
});
chmodSync(join(dist, "cli", "main.js"), 0o755);
