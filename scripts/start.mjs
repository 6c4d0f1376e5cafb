// Plans the example night. Options go on to `packwright plan`: npm start -- --time-limit 5
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const night = join("examples", "nightly");
const args = [
  join("dist", "cli", "main.js"),
  "plan",
  ...["--channels", join(night, "channels.yaml")],
  ...["--orders", join(night, "orders.csv")],
  ...["--out", join("out", "nightly")],
  "--overwrite",
  ...process.argv.slice(2),
];
console.error(
  `Planning the 20,000 orders of ${night}, which takes at most a minute. Ctrl-C takes the best plan so far.`,
);
const plan = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
// A terminal sends Ctrl-C to the plan as well, which then delivers what it has; this process waits for it.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => plan.kill("SIGTERM"));
plan.on("exit", (code) => process.exit(code ?? 1));
