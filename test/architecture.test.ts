import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const SRC = fileURLToPath(new URL("../src", import.meta.url));

interface Import {
  /** Path below src, or the name of a package. */
  readonly to: string;
  readonly external: boolean;
}

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".ts"));

/** Static and dynamic imports, types included: a layer must not even know the words of those above it. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(SRC, file), "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const found = text.matchAll(/(?:\bfrom\s+|\bimport\s+|\bimport\(\s*)"([^"]+)"/g);
  return [...found].map(([, name = ""]) => {
    if (!name.startsWith(".")) return { to: name, external: true };
    const path = relative(SRC, resolve(SRC, dirname(file), name)).replaceAll("\\", "/");
    return { to: path.replace(/\.js$/, ".ts"), external: false };
  });
}

const graph = new Map(files.map((file) => [file, importsOf(file)]));
const inner = (file: string) => graph.get(file)!.filter(({ external }) => !external);

/** The folder of a file, or its name where it lies in src itself. */
const layerOf = (file: string) => file.split("/")[0]!;

/** What each layer may know beside itself. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  "version.ts": [],
  model: [],
  check: ["model"],
  solver: ["model"],
  io: ["model"],
  report: ["model"],
  generate: ["model"],
  workers: ["model", "solver", "check"],
  app: ["model", "check", "solver", "io", "report", "workers", "version.ts"],
  store: ["model", "io"],
  jobs: ["model", "store", "app", "version.ts"],
  http: ["model", "io", "store", "jobs", "app", "version.ts"],
  // Types of what goes over the wire; test/unit/client/weight.test.ts sees to it that nothing else comes along.
  client: ["http", "model"],
  nightly: ["model", "io", "store", "jobs", "app"],
  cli: ["model", "report", "generate", "app", "store", "jobs", "http", "nightly", "version.ts"],
  "index.ts": ["model", "check", "solver", "generate", "app", "version.ts"],
};

/** Packages that one place wraps, so that their ways stay there. */
const OWNED: readonly (readonly [name: string, place: string])[] = [
  ["javascript-lp-solver", "solver/engines/jsLpSolver.ts"],
  ["highs", "solver/engines/highs.ts"],
  ["piscina", "workers/threads.ts"],
  ["@duckdb/node-api", "io/"],
  ["lossless-json", "io/"],
  ["commander", "cli/"],
  ["cli-progress", "cli/"],
  ["cli-table3", "report/"],
  ["pg", "store/postgres.ts"],
  ["@electric-sql/pglite", "store/embedded.ts"],
  ["pg-boss", "jobs/queue.ts"],
  ["cron-parser", "nightly/cron.ts"],
  ["fastify", "http/"],
  ["pino", "jobs/logger.ts"],
  ["prom-client", "http/metrics.ts"],
  ["@opentelemetry/api", "jobs/tracing.ts"],
  ["@opentelemetry/sdk-trace-base", "jobs/tracing.ts"],
];

describe("architecture", () => {
  it("sees the imports", () => {
    expect(files.length).toBeGreaterThan(80);
    expect(inner("index.ts").map(({ to }) => to)).toContain("app/planBatch.ts");
    for (const file of files)
      for (const { to } of inner(file)) expect(files, `${file} imports ${to}`).toContain(to);
  });

  it("has imports that point down only", () => {
    const wrong = files.flatMap((file) => {
      const layer = layerOf(file);
      const allowed = LAYERS[layer];
      expect(allowed, `a place in the layers for ${layer}`).toBeDefined();
      return inner(file)
        .filter(({ to }) => layerOf(to) !== layer && !allowed!.includes(layerOf(to)))
        .map(({ to }) => `${file} imports ${to}`);
    });
    expect(wrong).toEqual([]);
  });

  it("has a checker that works out charges, coverage and queues by itself", () => {
    const shared = ["model/charge.ts", "model/coverage.ts", "model/queue.ts"];
    // What a module of the model brings along counts too.
    const reached = new Set<string>();
    const visit = (file: string) => {
      if (reached.has(file)) return;
      reached.add(file);
      for (const { to } of inner(file)) visit(to);
    };
    for (const file of files) if (layerOf(file) === "check") visit(file);
    expect(shared.filter((file) => reached.has(file))).toEqual([]);
  });

  it.each(OWNED)("keeps %s to %s", (name, place) => {
    const users = files.filter((file) =>
      graph.get(file)!.some(({ to }) => to === name || to.startsWith(`${name}/`)),
    );
    expect(users.filter((file) => !file.startsWith(place))).toEqual([]);
    expect(users).not.toEqual([]);
  });

  it("has no cycles", () => {
    const cycles: string[] = [];
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]) => {
      const from = path.indexOf(file);
      if (from >= 0) cycles.push([...path.slice(from), file].join(" > "));
      if (from >= 0 || done.has(file)) return;
      for (const { to } of inner(file)) visit(to, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(cycles).toEqual([]);
  });

  it("has a model and a checker without files, clocks or chance", () => {
    const impure =
      /\bDate\.now\b|\bMath\.random\b|\bnew Date\(\)|"node:(fs|child_process|net|http|worker_threads)/;
    const wrong = files
      .filter((file) => ["model", "check"].includes(layerOf(file)))
      .filter((file) => impure.test(readFileSync(join(SRC, file), "utf8")));
    expect(wrong).toEqual([]);
  });

  it("ends the process in one place only", () => {
    const wrong = files.filter((file) =>
      /\bprocess\.(exit|reallyExit|abort)\(/.test(readFileSync(join(SRC, file), "utf8")),
    );
    expect(wrong).toEqual(["cli/main.ts"]);
  });
});
