import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { parseChannels } from "../../../src/model/channelsFile.js";
import type { Contract } from "../../../src/model/contract.js";
import { Fault } from "../../../src/model/issue.js";
import type { OrderTable } from "../../../src/model/order.js";
import { isFeasible } from "../../../src/solver/feasible.js";
import type { PricedPlan } from "../../../src/solver/greedy/greedy.js";
import { solveGreedy } from "../../../src/solver/greedy/greedy.js";
import { type Problem, problemOf } from "../../../src/solver/problem.js";
import { SolvePool } from "../../../src/workers/pool.js";
import { solvePlan } from "../../../src/workers/solvePlan.js";

/** Banks that no two channels cover alike and fees near the price of a place: no engine is done with it soon. */
function hardInstance(
  banks: number,
  channels: number,
  demand: number,
): { contract: Contract; orders: OrderTable } {
  let state = 12345;
  const next = (below: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
  const contract = parseChannels({
    currency: "JPY",
    channels: Array.from({ length: channels }, (_, c) => {
      const places = 197 + next(1800);
      const covered = Array.from({ length: banks }, (_, b) => `B${b}`).filter(
        (_, b) => next(2) === 0 || b === c % banks,
      );
      return {
        id: `c${c}`,
        mode: "batch",
        coverage: [{ banks: covered }],
        fee: { flat: "20" },
        package: { fee: String(places * 10 + next(400)), maxOrders: String(places) },
        limits: { maxPackages: "200" },
      };
    }),
  });
  const profile: number[] = [];
  for (let b = 0; b < banks; b++) for (let i = 0; i < demand + next(demand); i++) profile.push(b);
  const orders: OrderTable = {
    count: profile.length,
    profiles: Array.from({ length: banks }, (_, b) => ({
      bank: `B${b}`,
      attributes: {},
      channels: null,
      dueBy: Infinity,
      delayWeight: 1_000_000,
      unroutedPenalty: null,
    })),
    profile: Int32Array.from(profile),
    amount: new Float64Array(profile.length).fill(1),
  };
  return { contract, orders };
}

function problem(banks: number, channels: number, demand: number): Problem {
  const { contract, orders } = hardInstance(banks, channels, demand);
  return problemOf(contract, orders);
}

const stopFlag = () => new Int32Array(new SharedArrayBuffer(4));
const pools: SolvePool[] = [];
function pool(options: ConstructorParameters<typeof SolvePool>[0]): SolvePool {
  const made = new SolvePool(options);
  pools.push(made);
  return made;
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((made) => made.close()));
});

describe("a pool of solve threads", () => {
  it("finds in a thread what the same search finds here", async () => {
    const small = problem(6, 5, 300);
    const here = solveGreedy(small, [], { shouldStop: () => false });
    const search = pool({ threads: 1 }).greedy(
      { problem: small, starts: [], deadline: Date.now() + 60_000, stop: stopFlag() },
      () => {},
    );
    expect((await search.reply)!.cost.objective).toBe(here.cost.objective);
  });

  it("keeps the plans of a search that is killed in mid-loop, and goes on", async () => {
    const hard = problem(60, 40, 1500);
    const threads = pool({ threads: 1 });
    const found: PricedPlan[] = [];
    const started = Date.now();
    const search = threads.exact(
      {
        problem: hard,
        deadline: Date.now() + 60_000,
        stop: stopFlag(),
        mip: "javascript-lp-solver",
        seed: 1,
      },
      (plan) => found.push(plan),
    );
    const greedy = pool({ threads: 1 }).greedy(
      { problem: hard, starts: [], deadline: Date.now() + 60_000, stop: stopFlag() },
      (plan) => {
        found.push(plan);
        search.kill();
      },
    );
    expect(await search.reply).toBeUndefined();
    expect(Date.now() - started).toBeLessThan(55_000);
    greedy.kill();
    await greedy.reply;
    expect(found.length).toBeGreaterThan(0);
    expect(isFeasible(hard, found[0]!.plan)).toBe(true);
    // The thread that was killed is replaced.
    expect((await threads.baselines(problem(3, 3, 50))).length).toBe(4);
  });

  it("leaves no thread behind that would replace one which was killed just before the end", async () => {
    const threadsNow = () => (process.report.getReport() as unknown as { workers: unknown[] }).workers.length;
    const before = threadsNow();
    const hard = problem(60, 40, 1500);
    const threads = new SolvePool({ threads: 1 });
    const found = new Promise<void>((resolve) => {
      const search = threads.greedy(
        { problem: hard, starts: [], deadline: Date.now() + 60_000, stop: stopFlag() },
        () => {
          search.kill();
          resolve();
        },
      );
    });
    await found;
    await threads.close();
    // What replaces a thread is begun once that has ended.
    await setTimeout(1_000);
    expect(threadsNow()).toBe(before);
  });

  it("tells all that a search found before it tells that the search has ended", async () => {
    const small = problem(4, 4, 100);
    const threads = pool({ threads: 1 });
    for (let round = 0; round < 20; round++) {
      const incumbent = new Float64Array(new SharedArrayBuffer(8)).fill(Infinity);
      const told: bigint[] = [];
      const { reply } = threads.prove(
        { problem: small, deadline: Date.now() + 60_000, stop: stopFlag(), incumbent },
        (news) => {
          if ("plan" in news) told.push(news.cost.objective);
        },
      );
      const proven = await reply;
      expect(told.at(-1)).toBe(proven!.bound);
    }
  });

  it("says that a thread ran out of memory, and goes on", async () => {
    const { contract, orders } = hardInstance(3, 3, 50);
    const threads = pool({ threads: 1, maxHeapMb: 64 });
    const profiles = Array.from({ length: 400_000 }, (_, i) => ({
      ...orders.profiles[0]!,
      bank: `B${i}`,
      attributes: { a: `v${i}` },
    }));
    const huge = {
      count: 400_000,
      profiles,
      profile: Int32Array.from({ length: 400_000 }, (_, i) => i),
      amount: new Float64Array(400_000).fill(1),
    };
    await expect(threads.classify({ contract, orders: huge })).rejects.toMatchObject({
      name: "Fault",
      code: "WORKER_OUT_OF_MEMORY",
    });
    expect((await threads.classify({ contract, orders })).count).toBeGreaterThan(0);
  });

  it("says that a worker does not load", async () => {
    const folder = mkdtempSync(join(tmpdir(), "packwright-"));
    try {
      const file = join(folder, "broken.mjs");
      writeFileSync(file, 'throw new Error("no such thing");\n');
      const threads = pool({ threads: 1, worker: pathToFileURL(file) });
      const { contract, orders } = hardInstance(3, 3, 50);
      const error = await threads.classify({ contract, orders }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(Fault);
      expect((error as Fault).code).toBe("WORKER_DIED");
      expect((error as Fault).message).toContain("no such thing");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("a solve", () => {
  const options = {
    engine: "auto",
    mip: "javascript-lp-solver",
    timeLimitMs: 20_000,
    gap: 0,
    seed: 1,
  } as const;

  it("ends by its time limit with a plan, though the exact engine would not", async () => {
    const { contract, orders } = hardInstance(150, 100, 1500);
    const threads = pool({ threads: 2 });
    // How long threads take to start from sources is another matter, above all on a busy machine.
    await Promise.all([threads.classify({ contract, orders }), threads.classify({ contract, orders })]);
    const started = Date.now();
    const solved = await solvePlan(threads, contract, orders, {
      ...options,
      engine: "exact",
      timeLimitMs: 3_000,
    });
    const took = Date.now() - started;
    expect(solved.stoppedBy).toBe("time");
    expect(solved.best.cost.routed).toBe(orders.count);
    expect(took).toBeLessThan(3_000 + 3_000);
  });

  it("ends at once when it is aborted, with the best plan so far", async () => {
    const { contract, orders } = hardInstance(60, 40, 1500);
    const controller = new AbortController();
    const solved = await solvePlan(pool({ threads: 2 }), contract, orders, {
      ...options,
      engine: "exact",
      signal: controller.signal,
      onProgress: ({ incumbent }) => {
        if (incumbent !== undefined) controller.abort();
      },
    });
    expect(solved.stoppedBy).toBe("interrupt");
    expect(isFeasible(solved.problem, solved.best.plan)).toBe(true);
  });

  it("stops at the gap that was asked for", async () => {
    const { contract, orders } = hardInstance(60, 40, 1500);
    const solved = await solvePlan(pool({ threads: 2 }), contract, orders, {
      ...options,
      engine: "greedy",
      gap: 0.99,
    });
    expect(solved.stoppedBy).toBe("gap");
  });

  it("is done by branching alone where counts are few, though no other search answers", async () => {
    const { contract, orders } = hardInstance(10, 6, 300);
    const mute = pool({ threads: 2 });
    const silence = () => {
      let kill = () => {};
      const reply = new Promise<undefined>((resolve) => {
        kill = () => resolve(undefined);
      });
      return { reply, kill: () => kill() };
    };
    mute.exact = silence;
    mute.greedy = silence;
    const solved = await solvePlan(mute, contract, orders, options);
    expect(solved).toMatchObject({ used: "branching", stoppedBy: "optimal", engineOptimal: false });
    expect(solved.proven.bound).toBe(solved.best.cost.objective);
    expect(isFeasible(solved.problem, solved.best.plan)).toBe(true);
    expect(solved.why).toContain("Branching on package counts proved it optimal.");
  });

  it("never loses to a baseline, and says which engine made the plan", async () => {
    const { contract, orders } = hardInstance(12, 8, 400);
    for (const engine of ["auto", "greedy", "exact"] as const) {
      const solved = await solvePlan(pool({ threads: 2 }), contract, orders, {
        ...options,
        engine,
        timeLimitMs: 5_000,
      });
      for (const baseline of solved.baselines) {
        expect(solved.best.cost.objective).toBeLessThanOrEqual(baseline.cost.objective);
      }
      expect(solved.why).not.toBe("");
      expect(solved.used).not.toBe("deferral");
    }
  });

  it("gives the same plan on one thread as on two", async () => {
    const { contract, orders } = hardInstance(8, 6, 200);
    const objectives = [];
    for (const threads of [1, 2]) {
      objectives.push(
        (await solvePlan(pool({ threads }), contract, orders, { ...options, engine: "greedy" })).best.cost
          .objective,
      );
    }
    expect(objectives[0]).toBe(objectives[1]);
  });
});
