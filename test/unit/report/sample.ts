import type { Channel, Contract } from "../../../src/model/contract.js";
import { formatAmount, formatCost } from "../../../src/model/money.js";
import type { UnroutedReason } from "../../../src/model/plan.js";
import {
  BASELINE_IDS,
  type ChannelPrices,
  type PlanFile,
  planFileSchema,
} from "../../../src/model/planFile.js";
import type { PackageRow } from "../../../src/model/planFolder.js";
import { formatInstant, MICROS_PER_SECOND } from "../../../src/model/time.js";

/** Plans made up for the reports: consistent sums, queues played by the contract's rule, the same on every run. */

export interface Sample {
  readonly plan: PlanFile;
  readonly contract: Contract;
  readonly packages: readonly PackageRow[];
}

interface ChannelSpec {
  readonly id: string;
  readonly mode?: "batch" | "single";
  /** Orders of each package; of a single channel one number. */
  readonly sizes: readonly number[];
  readonly maxOrders?: number;
  readonly lanes?: number;
  /** Seconds. */
  readonly opens?: number;
  readonly cutOff?: number;
  readonly result?: number;
  readonly perPackage?: number;
  readonly perOrder?: number;
  readonly limit?: number;
}

interface SampleSpec {
  readonly channels: readonly ChannelSpec[];
  readonly unrouted?: Partial<Record<UnroutedReason, number>>;
  readonly timed?: boolean;
  readonly currency?: string;
  readonly exponent?: number;
  /** Multiplies every figure of money. */
  readonly scale?: bigint;
  readonly changes?: Partial<PlanFile>;
  readonly baselines?: boolean;
  readonly quotas?: Contract["quotas"];
}

const PLAN_AT = Date.UTC(2026, 10, 22, 14) * 1000;
const OFFSET = 480;

export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function terms(spec: ChannelSpec, timed: boolean): Channel {
  const seconds = (value: number) => Math.round(value * MICROS_PER_SECOND);
  return {
    id: spec.id,
    mode: spec.mode ?? "batch",
    coverage: [],
    failureFee: 0,
    package: {
      feeTiers: [{ upTo: Infinity, fee: 8_000_000, perOrder: 0 }],
      minOrders: 1,
      separateBy: [],
      uniqueBy: [],
      maxOrders: spec.maxOrders ?? Infinity,
      maxAmount: Infinity,
    },
    limits: {
      maxOrders: spec.limit ?? Infinity,
      maxAmount: Infinity,
      maxPackages: spec.mode === "single" ? Infinity : spec.sizes.length + 2,
    },
    queue: {
      start: seconds(spec.opens ?? 0),
      cutOff: timed && spec.cutOff !== undefined ? seconds(spec.cutOff) : Infinity,
      perPackage: seconds(spec.perPackage ?? 120),
      perOrder: seconds(spec.perOrder ?? 0.02),
      lanes: spec.lanes ?? 1,
      result: seconds(spec.result ?? 0),
    },
    volume: null,
    minimumFee: null,
  };
}

/** Prices of every kind that the channel's terms allow; every third channel has none above 0. */
function pricesOf(
  { mode, package: packages, limits, queue }: Channel,
  c: number,
  money: (units: bigint) => string,
): ChannelPrices {
  const worth = (limit: number, units: number) =>
    limit < Infinity ? money(BigInt(c % 3 === 2 ? 0 : units)) : null;
  const batch = mode === "batch";
  return {
    order: worth(limits.maxOrders, 110_000),
    amount: worth(limits.maxAmount, 1_250_000),
    package: batch ? worth(limits.maxPackages, 12_300_000) : null,
    place: batch ? worth(packages.maxOrders, 3_205_000 * c) : null,
    packageAmount: batch ? worth(packages.maxAmount, 4_000_000) : null,
    lane: worth(0, 2_500 * c),
    cutOffHour: worth(queue.cutOff, 45_000_000),
    queueHead:
      c % 3 === 1
        ? { per: batch ? "package" : "order", price: money(12_000n), amount: batch ? null : money(340_000n) }
        : null,
    packageCost: batch ? money(8_000_000n + BigInt(c % 2) * 1_500_000n) : null,
    rules: c === 1 ? [{ rule: 1, order: money(70_000n), amount: null }] : [],
  };
}

export function makeSample(spec: SampleSpec): Sample {
  const { timed = true, currency = "CNY", exponent = 2, scale = 1n } = spec;
  const next = random(7);
  const contract: Contract = {
    currency,
    exponent,
    planAt: timed ? PLAN_AT : null,
    offsetMinutes: timed ? OFFSET : 0,
    objective: { delayCostPerOrderHour: 200, failureCost: 0, unroutedPenalty: null, unroutedPenaltyRate: 0 },
    quotas: spec.quotas ?? [],
    channels: spec.channels.map((channel) => terms(channel, timed)),
  };
  const instant = (since: number) => (timed ? formatInstant(PLAN_AT + since, OFFSET) : "");
  const packages: PackageRow[] = [];
  const total = { charges: 0n, packageFees: 0n, delay: 0n, packages: 0, orders: 0, finish: 0 };
  const channels = contract.channels.map((channel, c): PlanFile["channels"][number] => {
    const { sizes, mode = "batch" } = spec.channels[c]!;
    const { queue } = channel;
    const frees = new Array<number>(queue.lanes).fill(queue.start);
    const own = { orders: 0, amount: 0n, charges: 0n, fees: 0n, delay: 0n, finish: 0 };
    sizes.forEach((orders, s) => {
      const lane = frees.indexOf(Math.min(...frees));
      const start = frees[lane]!;
      const held = queue.perPackage + queue.perOrder * orders;
      const leave = start + (mode === "batch" ? held : (queue.perOrder * orders) / queue.lanes);
      frees[lane] = leave;
      const finish = leave + queue.result;
      const amount = scale * BigInt(Math.round(orders * (20_000 + next() * 90_000)));
      const charges = scale * BigInt(Math.round(orders * (400_000 + c * 35_000 + next() * 30_000)));
      own.orders += orders;
      own.amount += amount;
      own.charges += charges;
      own.delay += (scale * BigInt(Math.round(orders * finish))) / 180_000n;
      own.finish = Math.max(own.finish, finish);
      if (mode === "single") return;
      own.fees += scale * 8_000_000n;
      packages.push({
        package: `${channel.id}-${s + 1}`,
        channel: channel.id,
        sequence: String(s + 1),
        orders: String(orders),
        amount: formatAmount(amount, exponent),
        charges: formatCost(charges, exponent),
        fee: formatCost(scale * 8_000_000n, exponent),
        startsAt: instant(start),
        finishesAt: instant(finish),
      });
    });
    total.charges += own.charges;
    total.packageFees += own.fees;
    total.delay += own.delay;
    total.orders += own.orders;
    total.packages += mode === "batch" ? sizes.length : 0;
    total.finish = Math.max(total.finish, own.finish);
    return {
      id: channel.id,
      mode,
      orders: own.orders,
      amount: formatAmount(own.amount, exponent),
      packages: mode === "batch" ? sizes.length : 0,
      charges: formatCost(own.charges, exponent),
      packageFees: formatCost(own.fees, exponent),
      delay: formatCost(own.delay, exponent),
      finishAt: timed && own.orders > 0 ? instant(own.finish) : null,
      prices: pricesOf(channel, c, (units) => formatCost(scale * units, exponent)),
    };
  });
  const unrouted = Object.entries(spec.unrouted ?? {})
    .map(([reason, orders]) => ({ reason: reason as UnroutedReason, orders }))
    .sort((a, b) => b.orders - a.orders);
  const count = (reject: boolean) =>
    unrouted
      .filter(({ reason }) => /BANK|ATTR|AMOUNT|TIME/.test(reason) === reject)
      .reduce((sum, { orders }) => sum + orders, 0);
  const [rejected, deferred] = [count(true), count(false)];
  const penalties = BigInt(deferred) * scale * 12_500_000n;
  const objective = total.charges + total.packageFees + total.delay + penalties;
  const money = (units: bigint) => formatCost(units, exponent);
  const bound = (objective * 9_988n) / 10_000n;
  const finishAt = timed && total.orders > 0 ? instant(total.finish) : null;
  const baselines = BASELINE_IDS.map((id, i): PlanFile["baselines"][number] => {
    const more = total.orders > 100 ? i * 2 : 0;
    const factor = [152n, 131n, 109n, 104n][i]!;
    const parts = {
      charges:
        (total.charges * factor) / 100n +
        (total.orders > 0 ? 17n * scale : 0n) +
        (i === 0 ? total.packageFees * 2n : 0n),
      packageFees: i === 0 ? 0n : (total.packageFees * [0n, 290n, 120n, 140n][i]!) / 100n,
      delay: (total.delay * [20n, 150n, 110n, 105n][i]!) / 100n,
      penalties: (penalties * [200n, 100n, 100n, 120n][i]!) / 100n,
    };
    const sum = parts.charges + parts.packageFees + parts.delay + parts.penalties;
    return {
      id,
      cost: {
        objective: money(sum),
        charges: money(parts.charges),
        packageFees: money(parts.packageFees),
        delay: money(parts.delay),
        penalties: money(parts.penalties),
      },
      routed: total.orders - more,
      deferred: deferred + more,
      packages: i === 0 ? 0 : Math.ceil(total.packages * (i === 1 ? 2.9 : 1.2)),
      finishAt,
      saving: {
        money: money(sum - objective),
        percent: sum === 0n ? 0 : (Number(sum - objective) / Number(sum)) * 100,
      },
    };
  });
  const plan: PlanFile = {
    schemaVersion: 1,
    version: "0.1.0",
    currency,
    status: "feasible",
    proof: "certificate",
    engine: {
      asked: "auto",
      used: "greedy",
      why: "4,912 classes of orders are too many for the integer program, so prices and repair made the plan.",
    },
    stoppedBy: "noGain",
    seed: 42,
    cost: {
      objective: money(objective),
      charges: money(total.charges),
      packageFees: money(total.packageFees),
      delay: money(total.delay),
      penalties: money(penalties),
    },
    bound: money(bound),
    gap: objective === 0n ? 0 : Number(objective - bound) / Number(objective),
    unroutedPenalty: money(scale * 12_500_000n),
    counts: {
      orders: total.orders + rejected + deferred,
      routed: total.orders,
      rejected,
      deferred,
      packages: total.packages,
    },
    channels,
    quotas: contract.quotas.map(({ id, limits }, q) => ({
      id,
      order: limits.maxOrders < Infinity ? formatCost(scale * BigInt(q * 110_000), exponent) : null,
      amount: null,
      package: limits.maxPackages < Infinity ? formatCost(scale * 12_300_000n, exponent) : null,
    })),
    baselines: spec.baselines === false ? [] : baselines,
    unrouted,
    finishAt,
    inputs: {
      channels: { file: "channels.yaml", sha256: "3f".repeat(32) },
      orders: { file: "orders-2026-11-22.csv.gz", sha256: "a7c0".repeat(16) },
    },
    timings: { read: 312.4, class: 48.1, solve: 2214.9, describe: 12, write: 7.25, check: 390 },
    ...spec.changes,
  };
  planFileSchema.parse(plan);
  return { plan, contract, packages };
}

function fullWithRest(packages: number, most: number, rest: number): readonly number[] {
  return [...new Array<number>(packages - 1).fill(most), rest];
}

/** Eight channels, about sixty packages, deferred and rejected orders, two quotas. */
export function midSample(): Sample {
  const next = random(11);
  const mixed = (count: number, most: number) =>
    Array.from({ length: count }, () => Math.max(1, Math.round(most * Math.min(1, 0.25 + next() * 1.1))));
  return makeSample({
    channels: [
      {
        id: "union-batch",
        sizes: fullWithRest(18, 1000, 412),
        maxOrders: 1000,
        lanes: 2,
        opens: 2400,
        cutOff: 28_800,
        result: 1800,
        perPackage: 900,
        perOrder: 0.5,
        limit: 20_000,
      },
      {
        id: "union-evening",
        sizes: mixed(9, 1000),
        maxOrders: 1000,
        opens: 600,
        cutOff: 14_400,
        result: 1800,
        perPackage: 600,
        perOrder: 0.9,
      },
      {
        id: "baofoo-batch",
        sizes: mixed(14, 500),
        maxOrders: 500,
        lanes: 3,
        opens: 1800,
        cutOff: 21_600,
        result: 3600,
        perPackage: 1200,
        perOrder: 2,
      },
      {
        id: "allinpay-batch",
        sizes: mixed(12, 2000),
        maxOrders: 2000,
        lanes: 4,
        cutOff: 36_000,
        result: 900,
        perPackage: 1800,
        perOrder: 1.6,
      },
      {
        id: "kuaiqian-batch",
        sizes: [220, 80, 147],
        lanes: 1,
        opens: 7200,
        cutOff: 18_000,
        result: 600,
        perPackage: 700,
        perOrder: 4,
      },
      { id: "yeepay-batch", sizes: [], maxOrders: 3000, lanes: 2, result: 1800 },
      { id: "fast-single", mode: "single", sizes: [2841], lanes: 8, perOrder: 12, limit: 3000 },
      {
        id: "lianlian-single",
        mode: "single",
        sizes: [377],
        lanes: 4,
        opens: 1200,
        perOrder: 90,
        result: 60,
      },
    ],
    quotas: [
      {
        id: "union-day",
        channels: [0, 1],
        limits: { maxOrders: 30_000, maxAmount: 1_400_000_000, maxPackages: Infinity },
      },
      {
        id: "singles",
        channels: [6, 7],
        limits: { maxOrders: 3218, maxAmount: Infinity, maxPackages: Infinity },
      },
    ],
    unrouted: {
      BANK_NOT_COVERED: 311,
      CAPACITY_EXHAUSTED: 57,
      AMOUNT_OUT_OF_RANGE: 24,
      ATTRIBUTES_NOT_COVERED: 9,
      PACKAGE_MINIMUM: 4,
      NO_CHANNEL_IN_TIME: 3,
      DEARER_THAN_PENALTY: 1,
    },
  });
}

/** Three packages, all routed, optimal. */
export function tinySample(): Sample {
  const sample = makeSample({
    channels: [
      { id: "batch-a", sizes: [5, 3], maxOrders: 5, lanes: 1, opens: 600, cutOff: 3600, result: 300 },
      { id: "batch-b", sizes: [1], maxOrders: 10, result: 60 },
      { id: "single", mode: "single", sizes: [2], perOrder: 20 },
    ],
  });
  const { plan } = sample;
  return {
    ...sample,
    plan: { ...plan, status: "optimal", bound: plan.cost.objective, gap: 0, stoppedBy: "optimal" },
  };
}

/** The mid-size plan without planAt: no times anywhere. */
export function timelessSample(): Sample {
  return makeSample({
    timed: false,
    channels: [
      { id: "union-batch", sizes: fullWithRest(18, 1000, 412), maxOrders: 1000, lanes: 2 },
      { id: "baofoo-batch", sizes: [500, 480, 500, 20, 333], maxOrders: 500 },
      { id: "kuaiqian-batch", sizes: [220, 80, 147] },
      { id: "fast-single", mode: "single", sizes: [2841] },
    ],
    unrouted: { CAPACITY_EXHAUSTED: 12 },
    changes: { proof: "none", bound: null, gap: null, stoppedBy: "time" },
  });
}

/** 24 channels, 3,000 packages, three million orders, an engine that claims more than the certificate. */
export function hugeSample(): Sample {
  const next = random(3);
  const channels = Array.from({ length: 20 }, (_, c): ChannelSpec => {
    const most = [500, 1000, 2000, 5000][c % 4]!;
    return {
      id: `batch-${String(c + 1).padStart(2, "0")}`,
      sizes: Array.from({ length: 150 }, () => (next() < 0.9 ? most : 1 + Math.floor(next() * most))),
      maxOrders: most,
      lanes: [1, 2, 4, 12][(c >> 1) % 4]!,
      opens: 600 * (c % 7),
      cutOff: 30_000 + 600 * c,
      result: 1800,
      perPackage: [110, 200, 500, 900][(c >> 1) % 4]!,
      perOrder: 0.02,
      limit: 2_000_000,
    };
  });
  const singles = Array.from({ length: 4 }, (_, c): ChannelSpec => {
    return { id: `single-${c + 1}`, mode: "single", sizes: [120_000 + c * 999], lanes: 40, perOrder: 6 };
  });
  const sample = makeSample({
    channels: [...channels, ...singles],
    unrouted: { CAPACITY_EXHAUSTED: 20_411, BANK_NOT_COVERED: 1_204 },
    scale: 37n,
  });
  return { ...sample, plan: { ...sample.plan, engineBound: sample.plan.cost.objective } };
}

export const NASTY = '<script>alert("1")</script>';

/** Ids that try to break the page or the terminal, and money of twelve digits and more. */
export function nastySample(): Sample {
  return makeSample({
    channels: [
      { id: NASTY, sizes: [800, 700], maxOrders: 1000, cutOff: 3000, result: 60 },
      { id: "x".repeat(60), sizes: [10, 20, 1], maxOrders: 20, lanes: 2 },
      { id: "银联批量代扣通道（华东一区）备用线路", sizes: [300], maxOrders: 400 },
      { id: "a'b\"c&d -->]]>", sizes: [3], maxOrders: 4 },
      { id: "esc\u001b[31m\u202egnp", mode: "single", sizes: [5], perOrder: 3 },
      { id: "👩‍👩‍👧‍👦 family 🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀", mode: "single", sizes: [5], perOrder: 3 },
    ],
    scale: 1_234_567_891_011n,
    unrouted: { CAPACITY_EXHAUSTED: 1 },
    changes: {
      engine: { asked: "<b>auto</b>", used: "greedy & co", why: '"><img src=x onerror=alert(1)>' },
      inputs: {
        channels: { file: "</style><script>.yaml", sha256: "00".repeat(32) },
        orders: { file: null, sha256: null },
      },
    },
  });
}

/** No orders at all. */
export function emptySample(): Sample {
  const sample = makeSample({ channels: [{ id: "batch-a", sizes: [] }], currency: "JPY", exponent: 0 });
  return { ...sample, plan: { ...sample.plan, status: "optimal", gap: 0, stoppedBy: "optimal" } };
}

export const SAMPLES: Readonly<Record<string, () => Sample>> = {
  mid: midSample,
  tiny: tinySample,
  timeless: timelessSample,
  huge: hugeSample,
  nasty: nastySample,
  empty: emptySample,
};
