import fc from "fast-check";
import type {
  ChannelForm,
  ChannelsForm,
  FeeForm,
  Instance,
  OrderRow,
  PackageFeeTierForm,
  QueueForm,
  RuleForm,
  TierForm,
  VolumeForm,
} from "./instance.js";

/** What instances may hold. A feature that is on is present in about half of them, and sized to bind. */
export interface Features {
  readonly maxOrders: number;
  readonly maxChannels: number;
  /** Batch packages: fees and `maxOrders` always; these on top. */
  readonly minOrders: boolean;
  readonly packageAmount: boolean;
  readonly separateBy: boolean;
  readonly uniqueBy: boolean;
  /** Fees by the number of orders in a package. */
  readonly feeTiers: boolean;
  /** Limits of channels and rules, quotas. */
  readonly limits: boolean;
  readonly quotas: boolean;
  readonly coverage: boolean;
  readonly success: boolean;
  readonly tiers: boolean;
  readonly penalties: boolean;
  readonly permitted: boolean;
  /** Cut-offs, openings, backlogs, results. */
  readonly time: boolean;
  readonly due: boolean;
  readonly delay: boolean;
  readonly weights: boolean;
  /** `secondsPerOrder` of batch channels. */
  readonly perOrder: boolean;
  readonly lanes: boolean;
  /** Attributes on orders. */
  readonly attributes: boolean;
  /** Every channel covers every order, whatever its amount. */
  readonly coverAll: boolean;
  /** Prices of volume and minimum fees. */
  readonly volume: boolean;
}

/** All but volume, of which the third checker knows nothing. */
export const EVERYTHING: Features = {
  maxOrders: 5,
  maxChannels: 3,
  minOrders: true,
  packageAmount: true,
  separateBy: true,
  uniqueBy: true,
  feeTiers: true,
  limits: true,
  quotas: true,
  coverage: true,
  success: true,
  tiers: true,
  penalties: true,
  permitted: true,
  time: true,
  due: true,
  delay: true,
  weights: true,
  perOrder: true,
  lanes: true,
  attributes: true,
  coverAll: false,
  volume: false,
};

const BANKS = ["A", "B", "C"] as const;
const KINDS = ["x", "y"] as const;
const PLAN_AT = "2026-11-22T22:00:00+08:00";
const PLAN_AT_MS = Date.parse(PLAN_AT);

/** Seconds after time zero as an instant with microseconds where there are some. */
export function instantAt(seconds: number): string {
  const whole = Math.floor(seconds);
  const text = new Date(PLAN_AT_MS + whole * 1000).toISOString().slice(0, 19);
  const micros = Math.round((seconds - whole) * 1e6);
  return micros === 0 ? `${text}Z` : `${text}.${String(micros).padStart(6, "0")}Z`;
}

/** Present in about half of the instances where a feature is on, else absent. */
function half<T>(on: boolean, value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return on ? fc.option(value, { nil: undefined, freq: 2 }) : fc.constant(undefined);
}

function rarely<T>(on: boolean, value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return on
    ? fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value })
    : fc.constant(undefined);
}

const pick = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

/** Leaves out absent members, as a file would. */
export function dense<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}

function feeArb(features: Features): fc.Arbitrary<FeeForm> {
  const flat = pick("0", "0.10", "0.20", "0.30", "0.50", "1.00").map((text): FeeForm => ({ flat: text }));
  if (!features.tiers) return flat;
  const round = half(
    true,
    fc.record({ to: pick("0.01", "0.05", "0.10"), mode: pick("halfUp", "halfEven", "up", "down") }),
  );
  const rated = fc
    .record({
      flat: half(true, pick("0.05", "0.10")),
      rate: pick("1%", "2.5%", "0.05"),
      min: half(true, pick("0.10", "0.125")),
      max: half(true, pick("0.20", "0.35")),
      round,
    })
    .map((fee) => dense(fee) as FeeForm);
  const tiered = fc
    .record({
      first: pick("2.00", "3.00"),
      low: pick<TierForm>({ flat: "0.10" }, { flat: "0.30" }, { rate: "8%", min: "0.05" }),
      high: pick<TierForm>({ flat: "0.20" }, { flat: "0.60" }, { flat: "0.15", rate: "4%", max: "0.20" }),
      apply: half(true, pick("whole", "marginal")),
      round,
    })
    .map(
      ({ first, low, high, apply, round: rounding }) =>
        dense({
          tiers: [{ upTo: first, ...low }, high],
          apply,
          round: rounding,
        }) as FeeForm,
    );
  return fc.oneof(
    { weight: 3, arbitrary: flat },
    { weight: 1, arbitrary: rated },
    { weight: 1, arbitrary: tiered },
  );
}

function ruleArb(features: Features): fc.Arbitrary<RuleForm> {
  const named = fc.subarray([...BANKS], { minLength: 1 });
  const banks: fc.Arbitrary<"*" | string[]> = features.coverage
    ? fc.oneof({ weight: 1, arbitrary: pick<"*">("*") }, { weight: 1, arbitrary: named })
    : fc.constant("*");
  return fc
    .record({
      banks,
      except: rarely(features.coverage, fc.subarray([...BANKS], { minLength: 1, maxLength: 1 })),
      where: rarely(
        features.coverage && features.attributes,
        fc.record({ kind: pick(["x"], ["y"], ["x", ""]) }),
      ),
      amount: rarely(
        features.coverage,
        pick<{ min?: string; max?: string }>({ max: "3.00" }, { min: "2.00" }, { min: "1.00", max: "4.00" }),
      ),
      fee: rarely(features.coverage, feeArb(features)),
      successRate: rarely(features.success, pick("0.9", "0.75", "0.992", "0")),
      limits: rarely(
        features.limits,
        pick({ maxOrders: 1 }, { maxOrders: 2 }, { maxAmount: "3.00" }, { maxAmount: "5.00" }),
      ),
    })
    .map(
      ({ except, ...rule }) =>
        dense({ ...rule, except: rule.banks === "*" ? except : undefined }) as RuleForm,
    );
}

function queueArb(features: Features, batch: boolean): fc.Arbitrary<QueueForm | undefined> {
  const timed = features.time || features.delay || features.due;
  if (!timed) return fc.constant(undefined);
  const perOrder = batch ? features.perOrder : true;
  const queue = fc
    .record({
      opensAt: rarely(features.time, pick(-60, 0, 30, 60).map(instantAt)),
      cutOff: half(features.time, pick(30, 60, 90, 100, 120, 180, 240).map(instantAt)),
      backlogSeconds: rarely(features.time, pick(10, 30)),
      secondsPerPackage: batch ? half(true, pick(7, 30, 60)) : fc.constant(undefined),
      secondsPerOrder: half(perOrder, pick(0.5, 7, 10, 30)),
      lanes: rarely(features.lanes, pick(2, 3)),
      resultSeconds: rarely(features.time, pick(20, 60)),
    })
    .map((value) => dense(value) as QueueForm);
  return half(true, queue);
}

const limitsArb = (batch: boolean) =>
  fc
    .record({
      maxOrders: rarely(true, fc.integer({ min: 0, max: 4 })),
      maxAmount: rarely(true, pick("3.00", "6.00", "8.00")),
      maxPackages: rarely(batch, fc.integer({ min: 0, max: 3 })),
    })
    .map((limits) => dense(limits));

/** Rising, falling and jumping with the number of orders. */
const packageFees: fc.Arbitrary<PackageFeeTierForm[]> = fc
  .uniqueArray(fc.integer({ min: 1, max: 4 }), { maxLength: 2 })
  .chain((ends) => {
    const tier = fc.record({
      fee: half(true, pick("0.05", "0.20", "0.45", "0.90")),
      perOrder: pick("0", "0.03", "0.10", "0.25"),
    });
    const upTo = [...ends].sort((a, b) => a - b);
    return fc
      .tuple(...upTo.map(() => tier), tier)
      .map((tiers) => tiers.map((each, t) => dense({ upTo: upTo[t], ...each }) as PackageFeeTierForm));
  });
/** Thresholds within what few orders bring; prices from less to more than a charge. */
function volumeArb(): fc.Arbitrary<VolumeForm> {
  return fc.boolean().chain((byOrders) => {
    const volume = byOrders
      ? fc.nat(7).map(String)
      : pick("0", "0.50", "1.00", "2.00", "3.00", "4.50", "7.00", "9.99");
    const price = byOrders
      ? pick("0", "0.05", "0.10", "0.25", "0.60", "0.000001")
      : pick("0", "1%", "2.5%", "0.12345678", "30%");
    const tier = fc.record({ from: volume, price, isFee: rarely(true, fc.constant(true)) });
    return fc
      .record({
        toDate: half(true, volume),
        kind: pick<"graduated" | "allUnits">("graduated", "allUnits"),
        tiers: fc.uniqueArray(tier, { minLength: 1, maxLength: 3, selector: ({ from }) => Number(from) }),
        minimum: rarely(true, fc.record({ volume, shortfallFee: price })),
        parts: pick("tiers", "tiers", "both", "minimum"),
      })
      .map(({ toDate, kind, tiers, minimum, parts }) => {
        const sorted = tiers.sort((a, b) => Number(a.from) - Number(b.from));
        const least = minimum ?? { volume: "3", shortfallFee: byOrders ? "0.20" : "5%" };
        return dense({
          unit: byOrders ? "orders" : "amount",
          toDate,
          ...(parts === "minimum"
            ? {}
            : {
                kind,
                tiers: sorted.map((each) =>
                  each.isFee
                    ? { from: each.from, fee: each.price }
                    : { from: each.from, discount: each.price },
                ),
              }),
          ...(parts === "tiers" ? {} : { minimum: least }),
        }) as VolumeForm;
      });
  });
}

const minimumFeeArb = fc
  .record({
    fee: pick("0", "0.30", "0.55", "2.00"),
    chargesToDate: half(true, pick("0.10", "0.301", "1.00")),
  })
  .map((value) => dense(value) as NonNullable<ChannelForm["minimumFee"]>);

function channelArb(features: Features, index: number): fc.Arbitrary<ChannelForm> {
  const id = `c${index}`;
  return fc.boolean().chain((batch): fc.Arbitrary<ChannelForm> => {
    const terms = fc
      .record({
        fee: half(true, pick("0.10", "0.50", "1.00")),
        feeTiers: rarely(features.feeTiers, packageFees),
        uniqueBy: rarely(
          features.uniqueBy,
          features.attributes ? pick(["bank"], ["kind"], ["bank", "kind"]) : pick(["bank"]),
        ),
        maxOrders: half(true, fc.integer({ min: 1, max: 4 })),
        minOrders: half(features.minOrders, pick(2, 3)),
        maxAmount: half(features.packageAmount, pick("3.00", "4.00", "5.00", "7.00")),
        separateBy: rarely(
          features.separateBy,
          features.attributes ? pick(["bank"], ["kind"], ["bank", "kind"]) : pick(["bank"]),
        ),
      })
      .map((value) => {
        const { maxOrders = Infinity, minOrders = 1 } = value;
        const fee = value.feeTiers === undefined ? value.fee : undefined;
        return dense({ ...value, fee, minOrders: minOrders > maxOrders ? maxOrders : value.minOrders });
      });
    return fc
      .record({
        coverage: fc.array(ruleArb(features), { minLength: 1, maxLength: features.coverage ? 2 : 1 }),
        fee: feeArb(features),
        failureFee: rarely(features.success, pick("0.05", "0.10")),
        package: batch ? terms : fc.constant(undefined),
        limits: rarely(features.limits, limitsArb(batch)),
        queue: queueArb(features, batch),
        volume: half(features.volume, volumeArb()),
        minimumFee: rarely(features.volume, minimumFeeArb),
      })
      .map(
        ({ coverage, ...channel }) =>
          dense({
            id,
            mode: batch ? ("batch" as const) : ("single" as const),
            coverage: features.coverAll
              ? [...coverage.map(({ limits: _, ...rule }) => rule), { banks: "*" as const }]
              : coverage,
            ...channel,
          }) as ChannelForm,
      );
  });
}

function orderArb(features: Features, index: number, ids: readonly string[]): fc.Arbitrary<OrderRow> {
  return fc
    .record({
      bank: pick(...BANKS),
      amount: pick("1.00", "1.00", "2.00", "3.00", "2.50", "4.00", "0.01"),
      dueBy: rarely(features.due, pick(30, 60, 67, 90, 120, 150, 200).map(instantAt)),
      delayWeight: rarely(features.weights, pick("0", "0.5", "2", "3")),
      channels: rarely(
        features.permitted,
        fc.subarray([...ids], { minLength: 1 }).map((list) => list.join("|")),
      ),
      unroutedPenalty: rarely(features.penalties, pick("0", "0.15", "0.40", "3.00")),
      kind: rarely(features.attributes, pick(...KINDS)),
    })
    .map((order) => dense({ id: `o${index + 1}`, ...order }) as OrderRow);
}

/** Small instances of both input files. */
export function instances(features: Features): fc.Arbitrary<Instance> {
  return fc.integer({ min: 1, max: features.maxChannels }).chain((count) => {
    const ids = Array.from({ length: count }, (_, c) => `c${c}`);
    const channels = fc.tuple(...ids.map((_, c) => channelArb(features, c)));
    const orders = fc
      .integer({ min: 1, max: features.maxOrders })
      .chain((n) => fc.tuple(...Array.from({ length: n }, (_, i) => orderArb(features, i, ids))));
    const objective = fc.record({
      delayCostPerOrderHour: half(features.delay, pick("3.60", "36.00", "0.07", "1.00", "0.000001")),
      failureCost: features.success ? pick("0.50", "2.00") : fc.constant("0"),
      unroutedPenalty: half(features.penalties, pick("0.25", "0.60", "2.00", "0")),
      unroutedPenaltyRate: rarely(features.penalties, pick("10%", "33.3%")),
    });
    const quotas = rarely(
      features.quotas,
      fc.array(fc.record({ channels: fc.subarray(ids, { minLength: 1 }), limits: limitsArb(true) }), {
        minLength: 1,
        maxLength: 2,
      }),
    );
    return fc.record({ channels, orders, objective, quotas }).map(
      (parts): Instance => ({
        channels: dense({
          currency: "CNY",
          planAt: PLAN_AT,
          objective: dense(parts.objective),
          quotas: parts.quotas?.map((quota, q) => ({ id: `q${q}`, ...quota })),
          channels: parts.channels,
        }) as Instance["channels"],
        orders: parts.orders,
      }),
    );
  });
}

/** The same instances in which every package of a batch channel holds one order of a kind, of a bank or of both at most. */
export function withUniqueBy(all: fc.Arbitrary<Instance>): fc.Arbitrary<Instance> {
  return fc.tuple(all, pick(["kind"], ["bank"], ["kind", "bank"])).map(([instance, uniqueBy]) => ({
    orders: instance.orders.map((order, i) => ({ kind: i % 3 === 2 ? "" : "x", ...order })),
    channels: withPackages(instance.channels, (terms) => ({ ...terms, uniqueBy })),
  }));
}

/** The same instances in which every package of a batch channel pays by the number of its orders. */
export function withFeeTiers(all: fc.Arbitrary<Instance>): fc.Arbitrary<Instance> {
  return fc.tuple(all, packageFees).map(([instance, feeTiers]) => ({
    ...instance,
    channels: withPackages(instance.channels, ({ fee: _, ...terms }) => ({ ...terms, feeTiers })),
  }));
}

type PackageForm = NonNullable<ChannelForm["package"]>;

function withPackages(file: ChannelsForm, change: (terms: PackageForm) => PackageForm): ChannelsForm {
  return {
    ...file,
    channels: file.channels.map((channel) =>
      channel.mode === "batch" ? { ...channel, package: change(channel.package ?? {}) } : channel,
    ),
  };
}
