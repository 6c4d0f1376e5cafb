import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import { afterEach, describe, expect, it } from "vitest";
import type { Problem } from "../../../src/solver/problem.js";
import { alone } from "../../../src/solver/proof/crew.js";
import { commonStep, evaluate } from "../../../src/solver/proof/evaluate.js";
import { type ProofPrices, zeroPrices } from "../../../src/solver/proof/prices.js";
import { anyCounts } from "../../../src/solver/relaxation/relax.js";
import { endHelp, SharedCrew, wantsHelp } from "../../../src/workers/crew.js";
import type { ProveTask } from "../../../src/workers/messages.js";
import { SolvePool } from "../../../src/workers/pool.js";
import { startThreads, type Threads } from "../../../src/workers/threads.js";
import { problemFrom } from "../../support/instance.js";

const SLICES = 5;

/** Orders for five slices, at prices that look at every amount. */
function manyOrders(): { problem: Problem; prices: ProofPrices } {
  const channel = (id: string, fee: string) => ({
    id,
    mode: "batch" as const,
    coverage: [{ banks: "*" as const }],
    fee: { flat: fee },
    package: { fee: "5", maxOrders: 400, maxAmount: "20000" },
  });
  const problem = problemFrom({
    channels: { currency: "CNY", channels: [channel("one", "0.10"), channel("two", "0.13")] },
    orders: Array.from({ length: 70_000 }, (_, i) => ({
      id: `o${i}`,
      bank: "A",
      amount: `${1 + ((i * 7919) % 997)}.00`,
    })),
  });
  const prices = zeroPrices(problem);
  prices.amount.forEach((ofKeys) => {
    ofKeys.fill(250_000_000);
  });
  return { problem, prices };
}

const bound = ({ problem, prices }: { problem: Problem; prices: ProofPrices }, crew = alone) =>
  evaluate(problem, prices, anyCounts(problem.classes.channels), commonStep(problem), crew);

const cleanUp: (() => Promise<unknown> | undefined)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0)) await clean();
});

/** Places in the state of a pass: the next slice, how many there are, and the first helper. */
const [NEXT, COUNT, HELPERS] = [0, 1, 3];

describe("a crew", () => {
  it("brings what one thread alone does, with slices from another thread", async () => {
    const instance = manyOrders();
    const threads: Threads = startThreads({ module: "solveWorker", threads: 1 });
    cleanUp.push(() => threads.destroy());
    const { problem } = instance;
    const helpWith = (port: MessagePort) =>
      threads.run({ problem, port }, { name: "help", transferList: [port] });
    // With nothing to do, so that the thread is there.
    await helpWith(new MessageChannel().port2);
    let helped: Promise<unknown> = Promise.resolve();
    let byHelper = 0;
    const crew = new SharedCrew(1, (state, [port]) => {
      helped = helpWith(port!);
      // Lets the helper take all: it ends when there are none left.
      while (Atomics.load(state, HELPERS) !== 2) Atomics.wait(state, 2, Atomics.load(state, 2), 100);
      byHelper = Atomics.load(state, NEXT) - 1;
    });
    expect(bound(instance, crew)).toBe(bound(instance));
    expect(byHelper).toBe(SLICES);
    await helped;
  }, 60_000);

  it("does again what a lost helper had taken, and waits for those that live", async () => {
    const instance = manyOrders();
    const threads: Threads = startThreads({ module: "solveWorker", threads: 1 });
    cleanUp.push(() => threads.destroy());
    const { problem } = instance;
    await threads
      .run({ problem, port: new MessageChannel().port2 }, { name: "help", transferList: [] })
      .catch(() => {});
    let helped: Promise<unknown> = Promise.resolve();
    const crew = new SharedCrew(2, (state, [lost, lives]) => {
      // The first takes two slices and is gone; the second is at work when that is known.
      Atomics.store(state, HELPERS, 1);
      Atomics.add(state, NEXT, 2);
      Atomics.store(state, HELPERS + 1, 1);
      helped = threads.run({ problem, port: lives }, { name: "help", transferList: [lives!] });
      lost!.close();
      endHelp(state, 0);
    });
    expect(bound(instance, crew)).toBe(bound(instance));
    await helped;
  }, 60_000);

  it("goes without help where nobody comes, and asks nobody for a few orders", () => {
    const instance = manyOrders();
    const states: Int32Array[] = [];
    const crew = new SharedCrew(3, (state, ports) => {
      states.push(state);
      for (const port of ports) port.close();
    });
    expect(bound(instance, crew)).toBe(bound(instance));
    expect(states[0]![COUNT]).toBe(SLICES);
    expect(wantsHelp(states[0]!)).toBe(false);
    const { problem } = instance;
    bound({ problem, prices: zeroPrices(problem) }, crew);
    expect(states).toHaveLength(1);
  });
});

describe("threads of a pool", () => {
  /** A worker whose search for a proof asks for help twice over, and says who came. */
  const WORKER = `
    import { MessageChannel } from "node:worker_threads";
    export async function prove({ port, helpers }) {
      const channels = Array.from({ length: helpers }, () => new MessageChannel());
      const answers = channels.map(({ port1 }) => new Promise((resolve) => {
        port1.once("message", resolve);
        port1.once("close", () => resolve("nobody"));
      }));
      const ports = channels.map(({ port2 }) => port2);
      // A pass of one slice, which nobody has taken.
      const state = new Int32Array(new SharedArrayBuffer(40));
      state[1] = 1;
      port.postMessage({ state, ports }, ports);
      return Promise.all(answers);
    }
    export function help({ port }) { port.postMessage("a helper"); port.close(); }
    export function baselines() { return new Promise(() => setInterval(() => {}, 1000)); }
  `;

  function poolOf(threads: number): SolvePool {
    const folder = mkdtempSync(join(tmpdir(), "packwright-"));
    const file = join(folder, "asking.mjs");
    writeFileSync(file, WORKER);
    const pool = new SolvePool({ threads, worker: pathToFileURL(file) });
    cleanUp.push(async () => {
      await pool.close();
      rmSync(folder, { recursive: true });
    });
    return pool;
  }

  const problem = problemFrom({
    channels: {
      currency: "CNY",
      channels: [{ id: "c", mode: "single", coverage: [{ banks: "*" }], fee: { flat: "1" } }],
    },
    orders: [{ id: "a", bank: "A", amount: "1.00" }],
  });
  const task = () => ({ problem, deadline: 0 }) as unknown as Omit<ProveTask, "port" | "helpers">;

  it("help while they have nothing else to do", async () => {
    expect(await poolOf(3).prove(task(), () => {}).reply).toEqual(["a helper", "a helper"]);
  });

  it("are not that many that Node would warn of them", async () => {
    const warnings: Error[] = [];
    const warned = (warning: Error) => warnings.push(warning);
    process.on("warning", warned);
    try {
      const helpers = await poolOf(14).prove(task(), () => {}).reply;
      expect(helpers).toHaveLength(13);
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      process.off("warning", warned);
    }
    expect(warnings.map(({ name }) => name)).not.toContain("MaxListenersExceededWarning");
  }, 60_000);

  it("do not leave their own work", async () => {
    const pool = poolOf(2);
    pool.baselines(problem).catch(() => {});
    expect(await pool.prove(task(), () => {}).reply).toEqual(["nobody"]);
  });
});
