import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import type * as ForkChild from "../../../src/jobs/forkChild.js";
import { QueryRefused } from "../../../src/jobs/queries.js";
import { MOST_OPEN, Simulations, type SimulationsOptions } from "../../../src/jobs/simulations.js";
import type { FromSimulator } from "../../../src/jobs/simulator.js";
import type { Store } from "../../../src/store/index.js";

/**
 * Which plans are open, and what becomes of questions when their process ends. Nothing is taken out of the store: the files of
 * these plans never come, or are none.
 */

/** Processes that were started. Where `useDouble` they are of the double, whose plans hold nothing. */
const started = vi.hoisted(() => ({ useDouble: false, children: [] as ChildProcess[] }));
vi.mock("../../../src/jobs/forkChild.js", async (original) => {
  const { forkChild } = await original<typeof ForkChild>();
  const double = fileURLToPath(new URL("../../support/simulatorDouble.mjs", import.meta.url));
  const forkDouble: typeof forkChild = (_module, onMessage, onLost) => {
    const child = fork(double, { serialization: "advanced" });
    child.on("message", (message) => onMessage(message as never, child));
    child.on("exit", (code, signal) => onLost(child, signal ?? `exit code ${code}`));
    return child;
  };
  return {
    forkChild: ((...how) => {
      const child = started.useDouble ? forkDouble(...how) : forkChild(...how);
      started.children.push(child);
      return child;
    }) as typeof forkChild,
  };
});

const folder = mkdtempSync(join(tmpdir(), "packwright-simulations-"));
let simulations: Simulations;
afterEach(async () => {
  await simulations.close();
  started.useDouble = false;
  started.children = [];
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function make(options?: SimulationsOptions): Simulations {
  simulations = new Simulations({} as Store, folder, options);
  return simulations;
}

const never = () => new Promise<never>(() => {});
const until = (signal: AbortSignal) => ({ name: 0, signal });

describe("Simulations", () => {
  it("open no more plans at a time than they keep, whoever may have gone meanwhile", async () => {
    const all = make();
    const gone = new AbortController();
    const asked = Array.from({ length: MOST_OPEN }, (_, i) => all.ask(`${i}`, never, {}, until(gone.signal)));
    const one = () => all.ask("one more", never, {}, until(new AbortController().signal));
    await expect(one()).rejects.toThrow(QueryRefused);
    gone.abort(new Error("gone"));
    for (const each of asked) await expect(each).rejects.toThrow("gone");
    // They are being opened all the same.
    await expect(one()).rejects.toThrow(QueryRefused);
  });

  it("give up a plan that takes too long to be opened", async () => {
    const asked = make({ openingMs: 1 }).ask("slow", async () => [], {}, until(new AbortController().signal));
    await expect(asked).rejects.toThrow("The plan takes too long to be opened.");
  });

  it("start nothing for a plan whose files come when they are closed already", async () => {
    const all = make();
    let come = (_files: []) => {};
    const files = () =>
      new Promise<[]>((resolve) => {
        come = resolve;
      });
    const asked = all.ask("late", files, {}, until(new AbortController().signal));
    const refused = expect(asked).rejects.toThrow(QueryRefused);
    const closed = all.close();
    come([]);
    await refused;
    await closed;
    expect(started.children).toHaveLength(0);
    expect(readdirSync(folder)).toEqual([]);
    await expect(all.ask("later", async () => [], {}, until(new AbortController().signal))).rejects.toThrow(
      QueryRefused,
    );
  });

  it("end their process where the only plan cannot be opened", async () => {
    const asked = make().ask("nothing", async () => [], {}, until(new AbortController().signal));
    await expect(asked).rejects.toThrow();
    const [child] = started.children;
    await vi.waitFor(() => expect(child!.signalCode).toBe("SIGKILL"));
    expect(started.children).toHaveLength(1);
  });

  it("tell of a plan that their process does not know, which goes on", async () => {
    const { forkChild } = await vi.importActual<typeof ForkChild>("../../../src/jobs/forkChild.js");
    const told: FromSimulator[] = [];
    const child = forkChild<FromSimulator>(
      "simulatorMain",
      (message) => told.push(message),
      () => {},
    );
    try {
      for (const number of [1, 2])
        child.send({ type: "ask", number, plan: "unknown", question: {}, name: 0 });
      await vi.waitFor(() => expect(told).toHaveLength(2), { timeout: 20_000 });
      for (const { outcome } of told)
        expect(outcome).toMatchObject({ ok: false, fault: { code: "WORKER_DIED" } });
    } finally {
      child.kill("SIGKILL");
    }
  });

  describe("whose process ends", () => {
    const ask = (plan: string, orders: { readonly ms: number; readonly die?: boolean }) =>
      simulations.ask(plan, async () => [], { orders }, until(new AbortController().signal));
    const died = { code: "WORKER_DIED" };

    it("do not ask the question again that ended it, and answer those that waited", async () => {
      started.useDouble = true;
      make();
      const lethal = ask("a", { ms: 100, die: true });
      const waiting = ask("a", { ms: 1 });
      const lethalToo = ask("a", { ms: 1, die: true });
      const last = ask("a", { ms: 1 });
      await expect(lethal).rejects.toMatchObject(died);
      await expect(lethalToo).rejects.toMatchObject(died);
      await Promise.all([waiting, last]);
      expect(started.children).toHaveLength(3);
    });

    it("answer what other plans were asked at the same time", async () => {
      started.useDouble = true;
      make();
      const lethal = ask("a", { ms: 100, die: true });
      const innocent = ask("b", { ms: 300 });
      const another = ask("c", { ms: 300 });
      await expect(lethal).rejects.toMatchObject(died);
      await Promise.all([innocent, another]);
    });
  });
});
