import { afterEach, describe, expect, it } from "vitest";
import { parseChannels } from "../../../src/model/channelsFile.js";
import type { OrderTable } from "../../../src/model/order.js";
import type { BaselinesReply, ConstructReply } from "../../../src/workers/messages.js";
import { type Search, SolvePool } from "../../../src/workers/pool.js";
import { solvePlan } from "../../../src/workers/solvePlan.js";

const ORDERS = 300_000;

/** So many lanes that looking through them for each order would take hours. */
const contract = parseChannels({
  currency: "CNY",
  planAt: "2026-11-22T22:00:00+08:00",
  objective: { delayCostPerOrderHour: "0.02" },
  channels: [
    {
      id: "slow",
      mode: "single",
      coverage: [{ banks: "*" }],
      fee: { flat: "0.90" },
      queue: { secondsPerOrder: "2", lanes: "1000000000" },
    },
    {
      id: "files",
      mode: "batch",
      coverage: [{ banks: "*" }],
      fee: { flat: "0.95" },
      package: { maxOrders: "2" },
      queue: { secondsPerOrder: "1", lanes: "1000000000" },
    },
  ],
});

const orders: OrderTable = {
  count: ORDERS,
  profiles: [
    {
      bank: "A",
      attributes: {},
      channels: null,
      dueBy: Infinity,
      delayWeight: 1_000_000,
      unroutedPenalty: null,
    },
  ],
  profile: new Int32Array(new SharedArrayBuffer(ORDERS * 4)),
  amount: new Float64Array(new SharedArrayBuffer(ORDERS * 8)).fill(1000),
};

/** Writes down what happens, in its order. */
class WatchedPool extends SolvePool {
  readonly events: string[] = [];
  classified = 0;
  deadline = 0;

  override async classify(task: Parameters<SolvePool["classify"]>[0]) {
    const classes = await super.classify(task);
    this.classified = Date.now();
    return classes;
  }

  override async baselines(problem: Parameters<SolvePool["baselines"]>[0]): Promise<BaselinesReply> {
    const reply = await super.baselines(problem);
    this.events.push("baselines");
    return reply;
  }

  override construct(...[task, onIncumbent]: Parameters<SolvePool["construct"]>): Search<ConstructReply> {
    this.deadline = task.deadline;
    const search = super.construct(task, onIncumbent);
    const reply = search.reply.then((found) => {
      this.events.push(found === undefined ? "killed" : "stopped");
      return found;
    });
    return { ...search, reply };
  }
}

const pools: SolvePool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

function watchedPool(threads: number): WatchedPool {
  const worker = new URL("../../support/idleSearch.ts", import.meta.url);
  const pool = new WatchedPool({ threads, worker });
  pools.push(pool);
  return pool;
}

const options = { engine: "greedy", mip: "javascript-lp-solver", gap: 0, seed: 1 } as const;

describe("the time limit with 300,000 orders", () => {
  it.each([1, 2])("is the search's, on %i threads, and baselines are made meanwhile", async (threads) => {
    const pool = watchedPool(threads);
    const timeLimitMs = 6_000;
    const solved = await solvePlan(pool, contract, orders, { ...options, timeLimitMs });
    // The limit begins when the orders are in classes: what comes before has to be done in any case.
    expect(pool.deadline).toBeGreaterThanOrEqual(pool.classified + timeLimitMs);
    expect(pool.deadline).toBeLessThan(pool.classified + 2 * timeLimitMs);
    // The search ended of itself when it was over, and nothing was waited for after that.
    expect(pool.events).toEqual(["baselines", "stopped"]);
    expect(solved.stoppedBy).toBe("time");
    expect(solved.baselines.map(({ cost }) => cost.routed)).toEqual([ORDERS, ORDERS, ORDERS, ORDERS]);
    expect(solved.best.cost.routed).toBe(ORDERS);
  });

  it("ends with the search when it is interrupted", async () => {
    const pool = watchedPool(2);
    const controller = new AbortController();
    const solved = await solvePlan(pool, contract, orders, {
      ...options,
      timeLimitMs: 1_000_000,
      signal: controller.signal,
      onProgress: ({ incumbent }) => {
        if (incumbent !== undefined) controller.abort();
      },
    });
    expect(solved.stoppedBy).toBe("interrupt");
    expect(pool.events).toContain("stopped");
    expect(solved.baselines).toHaveLength(4);
  });

  it("kills a search that begins after the end and does not stop", async () => {
    const pool = watchedPool(2);
    // A search that never looks at the flag: its deadline is all it knows.
    const construct = pool.construct.bind(pool);
    pool.construct = (task, onIncumbent) => construct({ ...task, stop: new Int32Array(1) }, onIncumbent);
    const solved = await solvePlan(pool, contract, orders, {
      ...options,
      timeLimitMs: 1_000_000,
      signal: AbortSignal.abort(),
    });
    expect(solved.stoppedBy).toBe("interrupt");
    expect(pool.events).toContain("killed");
    expect(solved.best.cost.routed).toBe(ORDERS);
  });
});
