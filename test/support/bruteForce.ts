import type {
  ChannelForm,
  FeeForm,
  Instance,
  OrderRow,
  PackageFeeTierForm,
  QueueForm,
  RuleForm,
  TierForm,
} from "./instance.js";

/**
 * The true optimum of a small instance, by trying every plan. Written from the contract alone and sharing nothing with
 * `src`: every order on every channel that may take it or deferred, every partition of a batch channel's orders into
 * packages, every sequence. Times and money are bigints; money in cost units, time in microseconds since `planAt`.
 */
export interface BruteForce {
  readonly objective: bigint;
  readonly charges: bigint;
  readonly packageFees: bigint;
  readonly delay: bigint;
  readonly volume: bigint;
  readonly penalties: bigint;
  /** Least total waiting among the plans of that objective. */
  readonly waiting: bigint;
  /** Fewest packages among those. */
  readonly packages: number;
  /** `[channel]` packages in sequence; single orders as packages of one. Rows of the orders file. */
  readonly submissions: readonly (readonly (readonly number[])[])[];
  /** `[channel][package]` start and finish in microseconds since time zero. */
  readonly times: readonly (readonly (readonly [bigint, bigint])[])[];
  /** Row to reason, of orders that no channel could take even alone. */
  readonly rejected: ReadonlyMap<number, RejectReason>;
  readonly deferred: readonly number[];
  /** `[order][channel]` charge, or null where the channel could not take it alone. */
  readonly charge: readonly (readonly (bigint | null)[])[];
  /** `[order]` */
  readonly penalty: readonly bigint[];
}

export type RejectReason =
  | "BANK_NOT_COVERED"
  | "ATTRIBUTES_NOT_COVERED"
  | "AMOUNT_OUT_OF_RANGE"
  | "NO_CHANNEL_IN_TIME";

const EXPONENT: Readonly<Record<string, number>> = { CNY: 2, JPY: 0, KWD: 3 };
const HOUR = 3_600_000_000n;

export function scaled(text: string | number, decimals: number): bigint {
  const [whole = "0", fraction = ""] = String(text).split(".");
  const rest = fraction.slice(decimals);
  if (/[^0]/.test(rest)) throw new Error(`${text} has more than ${decimals} decimals`);
  return BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, "0"));
}

export function divide(numerator: bigint, denominator: bigint, mode: string): bigint {
  const down = numerator / denominator;
  const twice = 2n * (numerator - down * denominator);
  if (twice === 0n || mode === "down") return down;
  if (mode === "up" || twice > denominator) return down + 1n;
  if (twice < denominator) return down;
  return mode === "halfUp" ? down + 1n : down + (down % 2n);
}

/** In 10^-10. */
function fraction(text: string): bigint {
  return text.endsWith("%") ? scaled(text.slice(0, -1).trim(), 8) : scaled(text, 10);
}

function micros(text: string): bigint {
  const match = /^(.{10}T\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (match === null) throw new Error(`no instant: ${text}`);
  return BigInt(Date.parse(`${match[1]}${match[3]}`)) * 1000n + BigInt((match[2] ?? "").padEnd(6, "0"));
}

/** In cost units; `amount` in minor units. */
export function feeOf(fee: FeeForm, amount: bigint, exponent: number): bigint {
  // In 10^-10 of a minor unit.
  const part = (text: string) => scaled(text, 8) * 100n * 10n ** BigInt(exponent);
  const unrounded = (tier: TierForm, of: bigint) => {
    let value = part(tier.flat ?? "0") + fraction(tier.rate ?? "0") * of;
    if (tier.min !== undefined && value < part(tier.min)) value = part(tier.min);
    if (tier.max !== undefined && value > part(tier.max)) value = part(tier.max);
    return value;
  };
  const reach = ({ upTo }: TierForm) => (upTo === undefined ? amount : scaled(upTo, exponent));
  const tiers = fee.tiers ?? [fee];
  let value = unrounded(tiers.find((tier) => amount <= reach(tier))!, amount);
  if (fee.apply === "marginal") {
    value = 0n;
    tiers.forEach((tier, t) => {
      const from = t === 0 ? 0n : reach(tiers[t - 1]!);
      const to = amount < reach(tier) ? amount : reach(tier);
      if (to > from) value += unrounded(tier, to - from);
    });
  }
  const to = fee.round?.to === undefined ? 10_000n : scaled(fee.round.to, exponent + 4);
  return divide(value, to * 1_000_000n, fee.round?.mode ?? "halfUp") * to;
}

interface Timing {
  readonly start: bigint;
  readonly cutOff: bigint | null;
  readonly perPackage: bigint;
  readonly perOrder: bigint;
  readonly lanes: number;
  readonly result: bigint;
}

function timingOf(queue: QueueForm = {}, zero: bigint): Timing {
  const opens = queue.opensAt === undefined ? zero : micros(queue.opensAt);
  return {
    start: (opens > zero ? opens - zero : 0n) + scaled(queue.backlogSeconds ?? 0, 6),
    cutOff: queue.cutOff === undefined ? null : micros(queue.cutOff) - zero,
    perPackage: scaled(queue.secondsPerPackage ?? 0, 6),
    perOrder: scaled(queue.secondsPerOrder ?? 0, 6),
    lanes: queue.lanes ?? 1,
    result: scaled(queue.resultSeconds ?? 0, 6),
  };
}

const coversBank = (rule: RuleForm, order: OrderRow) =>
  (rule.banks === "*" || rule.banks.includes(order.bank)) && !(rule.except ?? []).includes(order.bank);
const coversAttributes = (rule: RuleForm, order: OrderRow) =>
  Object.entries(rule.where ?? {}).every(
    ([key, values]) => key === "kind" && values.includes(order.kind ?? ""),
  );

function tiersOf({ package: terms }: ChannelForm): readonly PackageFeeTierForm[] {
  return terms?.feeTiers ?? [{ fee: terms?.fee ?? "0" }];
}

/** What one channel can do with a set of orders in so many packages: its cheapest sequence. */
interface Best {
  readonly cost: bigint;
  readonly delay: bigint;
  readonly waiting: bigint;
  readonly sequence: readonly (readonly number[])[];
  /** `[package]` start and finish, since time zero. */
  readonly times: readonly (readonly [bigint, bigint])[];
}

export function bruteForce({ channels: file, orders }: Instance): BruteForce {
  const exponent = EXPONENT[file.currency]!;
  const zero = file.planAt === undefined ? 0n : micros(file.planAt);
  const cost = (text: string | undefined) => scaled(text ?? "0", exponent + 4);
  const money = (text: string) => scaled(text, exponent);
  const amounts = orders.map(({ amount }) => money(amount));
  const dues = orders.map(({ dueBy }) => (dueBy ? micros(dueBy) - zero : null));
  const weights = orders.map(({ delayWeight }) => scaled(delayWeight || "1", 6));
  const timings = file.channels.map(({ queue }) => timingOf(queue, zero));
  const quotas = file.quotas ?? [];

  const mayUse = (order: OrderRow, channel: ChannelForm) =>
    !order.channels || order.channels.split("|").includes(channel.id);
  const ruleOf = (order: number, channel: ChannelForm): number =>
    channel.coverage.findIndex(
      (rule) =>
        coversBank(rule, orders[order]!) &&
        coversAttributes(rule, orders[order]!) &&
        (rule.amount?.min === undefined || amounts[order]! >= money(rule.amount.min)) &&
        (rule.amount?.max === undefined || amounts[order]! <= money(rule.amount.max)),
    );
  const rules = orders.map((order, i) =>
    file.channels.map((channel) => (mayUse(order, channel) ? ruleOf(i, channel) : -1)),
  );
  const fullCharge = orders.map((_, i) =>
    file.channels.map((channel, c) => {
      const rule = channel.coverage[rules[i]![c]!];
      if (rule === undefined) return null;
      const fee = feeOf((rule.fee ?? channel.fee)!, amounts[i]!, exponent);
      const p = fraction(rule.successRate ?? "1");
      const failed = cost(channel.failureFee) + cost(file.objective?.failureCost);
      return divide(p * fee + (10n ** 10n - p) * failed, 10n ** 10n, "halfUp");
    }),
  );

  /** 0 bank, 1 attributes, 2 amount, 3 time, 4 could be taken. */
  const stageOn = (i: number, c: number): number => {
    const channel = file.channels[c]!;
    const order = orders[i]!;
    const rule = channel.coverage[rules[i]![c]!];
    if (rule === undefined) {
      const reached = channel.coverage.map((each) =>
        !coversBank(each, order) ? 0 : coversAttributes(each, order) ? 2 : 1,
      );
      return Math.max(0, ...reached);
    }
    const shared = quotas.filter((quota) => quota.channels.includes(channel.id)).map(({ limits }) => limits);
    const all = [rule.limits, channel.limits, ...shared];
    const tooMuch = [...all, channel.package].some(
      (l) => l?.maxAmount !== undefined && amounts[i]! > money(l.maxAmount),
    );
    const closed = all.some((l) => l?.maxOrders === 0 || (channel.mode === "batch" && l?.maxPackages === 0));
    if (tooMuch || closed) return 2;
    const { start, cutOff, perPackage, perOrder, result } = timings[c]!;
    const leave = start + perPackage + perOrder;
    if ((cutOff !== null && leave > cutOff) || (dues[i] != null && leave + result > dues[i]!)) return 3;
    return 4;
  };
  const stages = orders.map((order, i) =>
    file.channels.map((channel, c) => (mayUse(order, channel) ? stageOn(i, c) : 0)),
  );
  const charge = stages.map((row, i) => row.map((stage, c) => (stage === 4 ? fullCharge[i]![c]! : null)));
  const reasons: readonly RejectReason[] = [
    "BANK_NOT_COVERED",
    "ATTRIBUTES_NOT_COVERED",
    "AMOUNT_OUT_OF_RANGE",
    "NO_CHANNEL_IN_TIME",
  ];
  const rejected = new Map<number, RejectReason>();
  stages.forEach((row, i) => {
    const furthest = Math.max(0, ...row);
    if (furthest < 4) rejected.set(i, reasons[furthest]!);
  });

  const delayPerHour = cost(file.objective?.delayCostPerOrderHour);
  const defaultPenalty = () => {
    let highest = 0n;
    let heaviest = 0n;
    for (let i = 0; i < orders.length; i++) {
      for (const units of fullCharge[i]!) {
        if (units === null) continue;
        if (units > highest) highest = units;
        if (weights[i]! > heaviest) heaviest = weights[i]!;
      }
    }
    let dearest = 0n;
    for (const channel of file.channels) {
      for (const tier of tiersOf(channel)) {
        const fee = cost(tier.fee) + cost(tier.perOrder);
        if (fee > dearest) dearest = fee;
      }
    }
    return 2n * (highest + dearest) + divide(2n * delayPerHour * heaviest * 24n, 1_000_000n, "halfUp");
  };
  const base =
    file.objective?.unroutedPenalty === undefined ? defaultPenalty() : cost(file.objective.unroutedPenalty);
  const penaltyRate = fraction(file.objective?.unroutedPenaltyRate ?? "0");
  const penalty = orders.map((order, i) => {
    const own = order.unroutedPenalty ? cost(order.unroutedPenalty) : base;
    return own + divide(amounts[i]! * 10_000n * penaltyRate, 10n ** 10n, "halfUp");
  });

  const feeFor = (c: number, orders: number) => {
    const tier = tiersOf(file.channels[c]!).find(({ upTo }) => upTo === undefined || orders <= upTo)!;
    return cost(tier.fee) + cost(tier.perOrder) * BigInt(orders);
  };

  const sum = (values: readonly bigint[]) => values.reduce((a, b) => a + b, 0n);

  /** Finish of each package of a sequence, or null where one breaks the cut-off or a due time. */
  const priced = (c: number, sequence: readonly (readonly number[])[]): Best | null => {
    const { start, cutOff, perPackage, perOrder, lanes, result } = timings[c]!;
    const free: bigint[] = Array.from({ length: lanes }, () => start);
    let waiting = 0n;
    let weighted = 0n;
    const times: [bigint, bigint][] = [];
    for (const inside of sequence) {
      let lane = 0;
      for (let i = 1; i < lanes; i++) if (free[i]! < free[lane]!) lane = i;
      const from = free[lane]!;
      free[lane]! += perPackage + perOrder * BigInt(inside.length);
      if (cutOff !== null && free[lane]! > cutOff) return null;
      const finish = free[lane]! + result;
      times.push([from, finish]);
      for (const order of inside) {
        if (dues[order] != null && finish > dues[order]!) return null;
        waiting += finish;
        weighted += weights[order]! * finish;
      }
    }
    const delay = divide(delayPerHour * weighted, 1_000_000n * HOUR, "up");
    const fees =
      file.channels[c]!.mode === "batch" ? sum(sequence.map((inside) => feeFor(c, inside.length))) : 0n;
    return { cost: delay + fees, delay, waiting, sequence, times };
  };

  const mayTravel = (c: number, inside: readonly number[]): boolean => {
    const terms = file.channels[c]!.package ?? {};
    if (inside.length > (terms.maxOrders ?? Infinity) || inside.length < (terms.minOrders ?? 1)) return false;
    if (terms.maxAmount !== undefined && sum(inside.map((i) => amounts[i]!)) > money(terms.maxAmount))
      return false;
    const textOf = (i: number, field: string) =>
      field === "bank" ? orders[i]!.bank : field === "kind" ? (orders[i]!.kind ?? "") : "";
    const unique = terms.uniqueBy ?? [];
    const texts = inside.map((i) => unique.map((field) => textOf(i, field)));
    const kept = texts.filter((values) => values.length > 0 && values.every((text) => text !== ""));
    if (new Set(kept.map((values) => values.join("/"))).size < kept.length) return false;
    return (terms.separateBy ?? []).every((field) => {
      const value = (i: number) => textOf(i, field);
      return inside.every((i) => value(i) === value(inside[0]!));
    });
  };

  /** `[packages]` best sequence of a set of orders on a channel; absent where there is none. */
  const bestOf = (c: number, set: readonly number[]): Map<number, Best> => {
    const channel = file.channels[c]!;
    const best = new Map<number, Best>();
    if (set.some((i) => charge[i]![c] === null)) return best;
    const limitHolds = (
      inside: readonly number[],
      l: { maxOrders?: number; maxAmount?: string } | undefined,
    ) =>
      inside.length <= (l?.maxOrders ?? Infinity) &&
      (l?.maxAmount === undefined || sum(inside.map((i) => amounts[i]!)) <= money(l.maxAmount));
    if (!limitHolds(set, channel.limits)) return best;
    const ruleHolds = channel.coverage.every((rule, r) =>
      limitHolds(
        set.filter((i) => rules[i]![c] === r),
        rule.limits,
      ),
    );
    if (!ruleHolds) return best;
    const offer = (packages: number, sequence: readonly (readonly number[])[]) => {
      const found = priced(c, sequence);
      if (found === null) return;
      const known = best.get(packages);
      if (
        known === undefined ||
        found.cost < known.cost ||
        (found.cost === known.cost && found.waiting < known.waiting)
      )
        best.set(packages, found);
    };
    if (channel.mode === "single") {
      for (const sequence of permutations(set.map((i) => [i]))) offer(0, sequence);
      return best;
    }
    for (const partition of partitions(set)) {
      if (partition.length > (channel.limits?.maxPackages ?? Infinity)) continue;
      if (!partition.every((inside) => mayTravel(c, inside))) continue;
      for (const sequence of permutations(partition)) offer(partition.length, sequence);
    }
    return best;
  };

  /** What the month's volume with these orders costs more than without them. */
  const volumeOf = (c: number, inside: readonly number[]): bigint => {
    const { volume, minimumFee } = file.channels[c]!;
    let total = 0n;
    if (volume !== undefined) {
      const byOrders = volume.unit === "orders";
      // In 10^-10 cost units, for an order or a minor unit.
      const price = (text: string) => (byOrders ? cost(text) * 10n ** 10n : fraction(text) * 10_000n);
      const units = (text: string) => (byOrders ? BigInt(text) : money(text));
      const month = (reached: bigint) => {
        let sum = 0n;
        // Unit by unit would take too long by amount: tier by tier, from the last.
        let upTo = reached;
        for (const tier of [...(volume.tiers ?? [])].reverse()) {
          const from = units(tier.from);
          if (reached < from) continue;
          const each = tier.discount === undefined ? price(tier.fee!) : -price(tier.discount);
          if (volume.kind === "allUnits") {
            sum += each * reached;
            break;
          }
          sum += each * (upTo - from);
          upTo = from;
        }
        if (volume.minimum !== undefined && units(volume.minimum.volume) > reached)
          sum += price(volume.minimum.shortfallFee) * (units(volume.minimum.volume) - reached);
        return sum;
      };
      const before = units(volume.toDate ?? "0");
      const more = byOrders ? BigInt(inside.length) : inside.reduce((all, i) => all + amounts[i]!, 0n);
      const change = month(before + more) - month(before);
      const down = change / 10n ** 10n;
      total += change > 0n && change % 10n ** 10n !== 0n ? down + 1n : down;
    }
    if (minimumFee !== undefined) {
      const lacking = (charges: bigint) => {
        const left = cost(minimumFee.fee) - cost(minimumFee.chargesToDate) - charges;
        return left > 0n ? left : 0n;
      };
      total += lacking(inside.reduce((all, i) => all + charge[i]![c]!, 0n)) - lacking(0n);
    }
    return total;
  };

  const open = orders.map((_, i) => i).filter((i) => !rejected.has(i));
  const cache = file.channels.map(() => new Map<number, Map<number, Best>>());
  const bestCached = (c: number, mask: number): Map<number, Best> => {
    let found = cache[c]!.get(mask);
    if (found === undefined) {
      found = bestOf(
        c,
        open.filter((_, bit) => mask & (1 << bit)),
      );
      cache[c]!.set(mask, found);
    }
    return found;
  };

  const volumes = file.channels.map(() => new Map<number, bigint>());
  const volumeCached = (c: number, mask: number): bigint => {
    let found = volumes[c]!.get(mask);
    if (found === undefined) {
      found = volumeOf(
        c,
        open.filter((_, bit) => mask & (1 << bit)),
      );
      volumes[c]!.set(mask, found);
    }
    return found;
  };

  let winner:
    | { objective: bigint; waiting: bigint; packages: number; loads: Best[]; masks: number[] }
    | undefined;
  const masks = file.channels.map(() => 0);
  const quotaHolds = (counts: readonly number[]) =>
    quotas.every(({ channels, limits }) => {
      const inside = file.channels.map((_, c) => c).filter((c) => channels.includes(file.channels[c]!.id));
      const taken = inside.flatMap((c) => open.filter((_, bit) => masks[c]! & (1 << bit)));
      return (
        taken.length <= (limits.maxOrders ?? Infinity) &&
        (limits.maxAmount === undefined || sum(taken.map((i) => amounts[i]!)) <= money(limits.maxAmount)) &&
        inside.reduce((total, c) => total + counts[c]!, 0) <= (limits.maxPackages ?? Infinity)
      );
    });
  const combine = (c: number, part: bigint, waiting: bigint, loads: Best[], counts: number[]): void => {
    if (c === file.channels.length) {
      if (!quotaHolds(counts)) return;
      const packages = counts.reduce((a, b) => a + b, 0);
      const better =
        winner === undefined ||
        part < winner.objective ||
        (part === winner.objective &&
          (waiting < winner.waiting || (waiting === winner.waiting && packages < winner.packages)));
      if (better) winner = { objective: part, waiting, packages, loads: [...loads], masks: [...masks] };
      return;
    }
    for (const [packages, best] of bestCached(c, masks[c]!))
      combine(c + 1, part + best.cost, waiting + best.waiting, [...loads, best], [...counts, packages]);
  };
  const assign = (bit: number, part: bigint): void => {
    if (bit === open.length) {
      let all = part;
      file.channels.forEach((_, c) => {
        all += volumeCached(c, masks[c]!);
      });
      combine(0, all, 0n, [], []);
      return;
    }
    const order = open[bit]!;
    assign(bit + 1, part + penalty[order]!);
    file.channels.forEach((_, c) => {
      const units = charge[order]![c];
      if (units == null) return;
      masks[c]! |= 1 << bit;
      assign(bit + 1, part + units);
      masks[c]! &= ~(1 << bit);
    });
  };
  assign(0, 0n);

  const { loads, masks: chosen, objective, waiting, packages } = winner!;
  const on = (c: number) => open.filter((_, bit) => chosen[c]! & (1 << bit));
  const routed = new Set(file.channels.flatMap((_, c) => on(c)));
  const deferred = open.filter((i) => !routed.has(i));
  const delay = sum(loads.map((load) => load.delay));
  return {
    objective,
    charges: sum(file.channels.flatMap((_, c) => on(c).map((i) => charge[i]![c]!))),
    packageFees: sum(loads.map((load) => load.cost)) - delay,
    delay,
    volume: sum(file.channels.map((_, c) => volumeOf(c, on(c)))),
    penalties: sum(deferred.map((i) => penalty[i]!)),
    waiting,
    packages,
    submissions: loads.map((load) => load.sequence),
    times: loads.map((load) => load.times),
    rejected,
    deferred,
    charge,
    penalty,
  };
}

export function* permutations<T>(items: readonly T[]): Generator<readonly T[]> {
  if (items.length === 0) yield [];
  for (let i = 0; i < items.length; i++) {
    for (const rest of permutations([...items.slice(0, i), ...items.slice(i + 1)]))
      yield [items[i]!, ...rest];
  }
}

export function* partitions<T>(items: readonly T[]): Generator<readonly (readonly T[])[]> {
  const [first, ...others] = items;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const rest of partitions(others)) {
    yield [[first], ...rest];
    for (let i = 0; i < rest.length; i++)
      yield [...rest.slice(0, i), [first, ...rest[i]!], ...rest.slice(i + 1)];
  }
}
