import type { ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { realistic } from "../conformance/instances.mjs";
import {
  type InputFiles,
  namesIn,
  naming,
  objections,
  PLAN_FILES,
  packwright,
  readPlan,
  SMALL_ORDERS,
  scratch,
  smallInstance,
} from "./cli.js";

/** Amounts that differ all, packed by amount: the exact engine is busy with it for far longer than a test takes. */
function longSearch(folder: string): InputFiles {
  realistic(folder, { N: 200, B: 10, C: 6, seed: 200 });
  return { channels: join(folder, "channels.json"), orders: join(folder, "orders.csv") };
}

/** Sends signals, each when its text has been told. */
function signalling(...steps: readonly (readonly [when: string, signal: NodeJS.Signals])[]) {
  let next = 0;
  return (told: string, child: ChildProcess) => {
    while (next < steps.length && told.includes(steps[next]![0])) child.kill(steps[next++]![1]);
  };
}

/** Sends the second signal from inside as soon as the first is answered: before any thread can have obeyed that. */
function onceMore(signal: NodeJS.Signals) {
  const script = `
    import { isMainThread } from "node:worker_threads";
    const write = process.stderr.write;
    if (isMainThread)
      process.stderr.write = function (text, ...more) {
        if (String(text).includes("Ending with")) process.kill(process.pid, "${signal}");
        return write.call(this, text, ...more);
      };`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
}

describe("an interrupted plan", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("is the best so far after one %s", async (signal) => {
    const folder = scratch();
    const files = longSearch(folder);
    const out = join(folder, "plan");
    const args = ["plan", ...naming(files), "--out", out, "--engine", "exact", "--time-limit", "50"];
    const { code, stdout, stderr } = await packwright(args, {
      onStderr: signalling(["solving, best", signal]),
    });
    expect(code).toBe(0);
    expect(stderr).toContain("Ending with the best plan so far");
    expect(stdout).toContain("It was interrupted");
    expect(namesIn(out)).toEqual(PLAN_FILES);
    const plan = readPlan(out);
    expect(plan.stoppedBy).toBe("interrupt");
    expect(plan.timings.solve).toBeLessThan(40_000);
    expect(objections(files, out)).toEqual([]);
    expect((await packwright(["verify", out, ...naming(files)])).code).toBe(0);
  });

  it("says so under --quiet and leaves standard output to --json", async () => {
    const folder = scratch();
    const out = join(folder, "plan");
    const args = [
      "plan",
      ...naming(longSearch(folder)),
      "--out",
      out,
      "--engine",
      "exact",
      "--quiet",
      "--json",
    ];
    const { code, stdout, stderr } = await packwright([...args, "--time-limit", "50"], {
      // It says nothing that one could wait for. Whatever it is at by then, it ends with what it has.
      onStart: (child) => setTimeout(() => child.kill("SIGINT"), 3000),
    });
    expect(code).toBe(0);
    expect(stderr).toBe("Ending with the best plan so far; once more ends at once and leaves nothing.\n");
    expect((JSON.parse(stdout) as { stoppedBy: string }).stoppedBy).toBe("interrupt");
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("ends at once after a second %s and leaves nothing", async (signal, expected) => {
    const folder = scratch();
    const files = longSearch(folder);
    const args = ["plan", ...naming(files), "--out", join(folder, "plan"), "--engine", "exact"];
    const { code, stdout } = await packwright(args, {
      env: onceMore(signal),
      onStderr: signalling(["solving, best", signal]),
    });
    expect(code).toBe(expected);
    expect(stdout).toBe("");
    expect(namesIn(folder)).toEqual(["channels.json", "orders.csv"]);
  });

  it("keeps the old plan where a second interrupt ends its replacement", async () => {
    const folder = scratch();
    const out = join(folder, "plan");
    expect((await packwright(["plan", ...naming(smallInstance(folder)), "--out", out])).code).toBe(0);
    const files = longSearch(folder);
    const args = ["plan", ...naming(files), "--out", out, "--engine", "exact", "--overwrite"];
    const { code } = await packwright(args, {
      env: onceMore("SIGINT"),
      onStderr: signalling(["solving, best", "SIGINT"]),
    });
    expect(code).toBe(130);
    expect(namesIn(folder)).toEqual(["channels.json", "orders.csv", "plan"]);
    expect(readPlan(out).cost.objective).toBe("2.90");
  });
});

describe("an interrupt while orders are read", () => {
  /** Runs with orders that never end, and sends a signal when some of them lie in a temporary file. */
  async function interrupted(args: (files: InputFiles) => string[], signal: NodeJS.Signals) {
    const folder = scratch();
    const files = { ...smallInstance(folder), orders: "-" };
    const temporary = join(folder, "tmp");
    mkdirSync(temporary);
    let spooled: string[] = [];
    const outcome = await packwright(args(files), {
      cwd: folder,
      env: { TMPDIR: temporary },
      input: SMALL_ORDERS,
      endless: true,
      onStart: (child) => {
        const timer = setInterval(() => {
          spooled = namesIn(temporary).filter((name) => readsAs(join(temporary, name, "raw"), SMALL_ORDERS));
          if (spooled.length === 0) return;
          clearInterval(timer);
          child.kill(signal);
        }, 20);
        child.on("exit", () => clearInterval(timer));
      },
    });
    expect(spooled).toHaveLength(1);
    expect(namesIn(temporary)).toEqual([]);
    expect(namesIn(folder)).toEqual(["channels.json", "orders.csv", "tmp"]);
    expect(outcome.stdout).toBe("");
    return outcome;
  }

  function readsAs(file: string, text: string): boolean {
    return existsSync(file) && readFileSync(file, "utf8") === text;
  }

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("ends plan at once after one %s and leaves nothing", async (signal, expected) => {
    const { code, stderr } = await interrupted(
      (files) => ["plan", ...naming(files), "--out", join("new", "plan"), "--quiet"],
      signal,
    );
    expect(code).toBe(expected);
    // Nobody reads what a terminal that went away is told.
    const told =
      signal === "SIGHUP"
        ? ""
        : "Ended before all orders were read: there is no plan yet, and nothing is left.\n";
    expect(stderr).toBe(told);
  });

  it.each(["validate", "verify"])("ends %s at once and leaves nothing", async (command) => {
    const { code } = await interrupted(
      (files) => [command, ...(command === "verify" ? ["plan"] : []), ...naming(files)],
      "SIGINT",
    );
    expect(code).toBe(130);
  });
});

describe("--time-limit", () => {
  it.each(["javascript-lp-solver", "highs"])("holds to within a second with %s", async (mip) => {
    const folder = scratch();
    const files = longSearch(folder);
    const out = join(folder, "plan");
    const args = [
      "plan",
      ...naming(files),
      "--out",
      out,
      "--engine",
      "exact",
      "--mip",
      mip,
      "--time-limit",
      "2",
    ];
    expect((await packwright(args)).code).toBe(0);
    const plan = readPlan(out);
    expect(plan.stoppedBy).toBe("time");
    expect(plan.status).toBe("feasible");
    expect(plan.timings.solve).toBeLessThanOrEqual(3000);
    expect(objections(files, out)).toEqual([]);
  });
});
