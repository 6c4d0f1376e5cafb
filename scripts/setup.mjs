// Installs what is missing, so that `npm start` and `npm test` work in a fresh clone. Uses nothing but Node itself.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const readJson = (...path) => JSON.parse(readFileSync(join(root, ...path), "utf8"));

function fail(message) {
  console.error(`packwright: ${message}`);
  process.exit(1);
}

/** The first two numbers of a version. */
const numbers = (version) => version.replace(/^\D*/, "").split(".").concat("0").map(Number);

function requireNode() {
  const [major, minor] = numbers(readJson("package.json").engines.node);
  const [ownMajor, ownMinor] = numbers(process.version);
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return;
  fail(`needs Node ${major}.${minor} or later; this is ${process.version}. Get it from https://nodejs.org.`);
}

/** Whether a package with its own platforms is for this one. */
function isForHere({ os, cpu, libc }) {
  const glibc = process.report.getReport().header.glibcVersionRuntime !== undefined;
  return (
    (os ?? [process.platform]).includes(process.platform) &&
    (cpu ?? [process.arch]).includes(process.arch) &&
    (process.platform !== "linux" || libc === undefined || libc.includes(glibc ? "glibc" : "musl"))
  );
}

function isInstalled(path, version) {
  try {
    return readJson(path, "package.json").version === version;
  } catch {
    return false;
  }
}

/** Packages of the lock file that are not there in their version, development ones included. */
function missingPackages() {
  return Object.entries(readJson("package-lock.json").packages)
    .filter(([path, { optional, os, version }]) => {
      if (path === "" || isInstalled(path, version)) return false;
      // Optional packages without a platform of their own are only needed by those of other platforms.
      return !optional || os !== undefined;
    })
    .filter(([, entry]) => isForHere(entry))
    .map(([path]) => path.replace(/^.*node_modules\//, ""));
}

function runNpm(args) {
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith(".js") ? [process.execPath, [npm]] : ["npm", []];
  const shell = process.platform === "win32" && command === "npm";
  return spawnSync(command, [...first, ...args], { cwd: root, stdio: "inherit", shell }).status === 0;
}

function install() {
  const missing = missingPackages();
  if (missing.length === 0) return;
  const some = missing.slice(0, 3).join(", ");
  console.error(
    `packwright: installing ${missing.length} missing packages (${some}${missing.length > 3 ? ", …" : ""})`,
  );
  // NODE_ENV=production would leave out the compiler and the tests.
  if (!runNpm(["ci", "--include=dev", "--no-audit", "--no-fund"]))
    fail(
      "`npm ci` failed, see above. Maybe there is no way to the registry from here: check the network and `npm config get registry`.",
    );
  const still = missingPackages();
  if (still.length > 0)
    fail(`\`npm ci\` left out ${still.join(", ")}. Maybe try \`npm ci --include=dev --include=optional\`.`);
}

function build() {
  const { status } = spawnSync(process.execPath, [join(root, "scripts", "build.mjs")], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
}

requireNode();
if (!existsSync(join(root, "package-lock.json")))
  fail("package-lock.json is missing; is this a whole clone?");
install();
if (process.argv.includes("--build")) build();
