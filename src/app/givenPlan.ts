import { cellPlace, type GivenRows } from "../io/givenReader.js";
import { packageName } from "../io/packageName.js";
import type { Channel, Contract } from "../model/contract.js";
import { coverageMatcher, ruleForAmount } from "../model/coverage.js";
import { IssueList, quoteValue } from "../model/issue.js";
import { fieldOf, type OrderTable } from "../model/order.js";
import type { GivenPackage, GivenPlan } from "../model/planFolder.js";

/** Assignments of others in the form in which a plan is judged. */
export interface Given {
  readonly plan: GivenPlan;
  /** Who made the packages: the file, we by filling them in the order of the rows, or nobody, as there are none. */
  readonly packages: "given" | "filled" | "none";
}

/** Packages under way, each on one batch channel. */
interface Draft {
  readonly channel: number;
  readonly name: string;
  /** Place that the file gives it; 0 where it gives none. */
  sequence: number;
  /** Row that gave it. */
  row: number;
}

/**
 * Puts assignments into packages in submission sequence. Rows without a channel leave their orders unrouted. A package is
 * told by its channel and its name. Where no row names one, packages are filled in the order of the rows: an order joins
 * the last package of its channel and its `separateBy` values, or begins the next where that is full or holds an order that
 * `uniqueBy` keeps it apart from.
 *
 * @throws InputError where rows disagree about the sequence of a package
 */
export function givenPlan(contract: Contract, orders: OrderTable, rows: GivenRows): Given {
  const indexOf = new Map(contract.channels.map((channel, c) => [channel.id, c]));
  const channelOf = rows.channelNames.map((name) => indexOf.get(name) ?? -1);
  const isBatch = (c: number) => contract.channels[c]?.mode === "batch";
  const noPackage = rows.packageNames.indexOf("");
  const names = rows.packageNames.some((name) => name !== "");
  /** `[row]` index into the drafts, or -1. */
  const draftOf = new Int32Array(rows.count).fill(-1);
  const drafts: Draft[] = [];
  if (names) {
    const byName = new Map<number, Map<number, number>>();
    for (let row = 0; row < rows.count; row++) {
      const c = channelOf[rows.channel[row]!]!;
      if (!isBatch(c) || rows.package[row] === noPackage) continue;
      const ofChannel = byName.get(c) ?? new Map<number, number>();
      if (ofChannel.size === 0) byName.set(c, ofChannel);
      let draft = ofChannel.get(rows.package[row]!);
      if (draft === undefined) {
        const name = rows.packageNames[rows.package[row]!]!;
        draft = drafts.push({ channel: c, name, sequence: 0, row }) - 1;
        ofChannel.set(rows.package[row]!, draft);
      }
      draftOf[row] = draft;
    }
    mustAgree(contract, rows, draftOf, drafts);
  } else {
    const filling = new Filling(contract, orders, drafts);
    for (let row = 0; row < rows.count; row++) {
      const c = channelOf[rows.channel[row]!]!;
      if (isBatch(c) && rows.order[row]! >= 0) draftOf[row] = filling.add(c, rows.order[row]!, row);
    }
  }
  const sorted = Int32Array.from(drafts, (_, d) => d).sort((a, b) => {
    const [first, second] = [drafts[a]!, drafts[b]!];
    return first.channel - second.channel || placeOf(first) - placeOf(second) || a - b;
  });
  const packages: GivenPackage[] = [];
  /** `[draft]` place among all packages, channel by channel. */
  const place = new Int32Array(drafts.length);
  const labels = labelsOf(contract, drafts);
  let sequence = 0;
  sorted.forEach((d, i) => {
    const { channel } = drafts[d]!;
    sequence = i > 0 && drafts[sorted[i - 1]!]!.channel === channel ? sequence + 1 : 1;
    place[d] = i;
    packages.push({
      package: labels[d]!,
      channel: contract.channels[channel]!.id,
      sequence: String(sequence),
    });
  });
  return {
    plan: { packages, assignments: inSequence(rows, draftOf, place, packages) },
    packages: drafts.length === 0 ? "none" : names ? "given" : "filled",
  };
}

/** Packages without a place of their own come after those that have one, as they first appear. */
function placeOf({ sequence }: Draft): number {
  return sequence === 0 ? Infinity : sequence;
}

/** Notes the sequence of every package. @throws InputError where rows of one package disagree */
function mustAgree(contract: Contract, rows: GivenRows, draftOf: Int32Array, drafts: readonly Draft[]): void {
  const found = new IssueList();
  draftOf.forEach((d, row) => {
    const stated = rows.sequence[row]!;
    const draft = drafts[d];
    if (draft === undefined || stated === 0) return;
    if (draft.sequence === 0) {
      draft.sequence = stated;
      draft.row = row;
    } else if (draft.sequence !== stated) {
      const { id } = contract.channels[draft.channel]!;
      found.add({
        ...cellPlace(rows, row, "sequence"),
        code: "SEQUENCE_DIFFERS",
        message: `package ${quoteValue(draft.name)} of ${id} has sequence ${stated} here, ${draft.sequence} in ${rows.line === null ? `row ${draft.row + 1}` : `line ${rows.line[draft.row]}`}`,
        value: String(stated),
        hint: "A package has one place in the queue: write the same for all its orders.",
      });
    }
  });
  found.throwIfAny();
}

/** The last package of a channel and its `separateBy` values. */
interface Open {
  readonly draft: number;
  orders: number;
  amount: number;
  /** `uniqueBy` values of its orders, of which it holds each once. */
  readonly held: Set<string>;
}

/** Fills packages one order after the other. */
class Filling {
  readonly #open = new Map<string, Open>();
  readonly #seen: Uint8Array;
  readonly #made: number[];
  /** `[channel]` rules whose banks and attributes match a profile. */
  readonly #matched: readonly ((profile: number) => readonly number[])[];

  /** @param drafts where packages are put as they are begun */
  constructor(
    readonly contract: Contract,
    readonly orders: OrderTable,
    readonly drafts: Draft[],
  ) {
    this.#seen = new Uint8Array(orders.count);
    this.#made = contract.channels.map(() => 0);
    this.#matched = contract.channels.map((channel) => {
      const match = coverageMatcher(channel);
      const known = new Map<number, readonly number[]>();
      return (profile) => {
        const rules = known.get(profile) ?? match(orders.profiles[profile]!).rules;
        known.set(profile, rules);
        return rules;
      };
    });
  }

  /** @returns the package that takes the order; -1 where it is in one already, or the channel does not cover it */
  add(c: number, order: number, row: number): number {
    if (this.#seen[order] === 1) return -1;
    this.#seen[order] = 1;
    if (!this.#covers(c, order)) return -1;
    const channel = this.contract.channels[c]!;
    const { maxOrders, maxAmount } = channel.package;
    const amount = this.orders.amount[order]!;
    const key = this.#key(channel, c, order);
    let open = this.#open.get(key);
    // Only amounts under a limit are added up, so that the sum stays exact.
    const limited = maxAmount < Infinity ? amount : 0;
    const unique = this.#unique(channel, order);
    const isFull =
      open === undefined ||
      open.orders >= maxOrders ||
      open.amount + limited > maxAmount ||
      (unique !== null && open.held.has(unique));
    if (open === undefined || isFull) {
      this.#made[c]! += 1;
      const name = packageName(channel.id, this.#made[c]!);
      const draft = this.drafts.push({ channel: c, name, sequence: 0, row }) - 1;
      open = { draft, orders: 0, amount: 0, held: new Set() };
      this.#open.set(key, open);
    }
    open.orders++;
    open.amount += limited;
    if (unique !== null) open.held.add(unique);
    return open.draft;
  }

  #covers(c: number, order: number): boolean {
    const profile = this.orders.profile[order]!;
    const { channels } = this.orders.profiles[profile]!;
    if (channels !== null && !channels.includes(c)) return false;
    const rules = this.#matched[c]!(profile);
    return ruleForAmount(this.contract.channels[c]!.coverage, rules, this.orders.amount[order]!) >= 0;
  }

  /** Of which a package holds one order at most; null for an order that may travel with any. */
  #unique({ package: { uniqueBy } }: Channel, order: number): string | null {
    if (uniqueBy.length === 0) return null;
    const profile = this.orders.profiles[this.orders.profile[order]!]!;
    const values = uniqueBy.map((field) => fieldOf(profile, field));
    return values.includes("") ? null : JSON.stringify(values);
  }

  #key({ package: { separateBy } }: Channel, c: number, order: number): string {
    if (separateBy.length === 0) return String(c);
    const profile = this.orders.profiles[this.orders.profile[order]!]!;
    return JSON.stringify([c, ...separateBy.map((field) => fieldOf(profile, field))]);
  }
}

/** `[draft]` what each package is called: its name, with its channel's where others are called the same. */
function labelsOf(contract: Contract, drafts: readonly Draft[]): string[] {
  const times = new Map<string, number>();
  for (const { name } of drafts) times.set(name, (times.get(name) ?? 0) + 1);
  const taken = new Set([...times].filter(([, count]) => count === 1).map(([name]) => name));
  return drafts.map(({ name, channel }) => {
    if (times.get(name) === 1) return name;
    let label = `${contract.channels[channel]!.id}/${name}`;
    while (taken.has(label)) label += "'";
    taken.add(label);
    return label;
  });
}

/**
 * The rows that assign anything, package after package; those of single channels stay in the order of the file, which is
 * their queue. Where an order stands in several rows, the first is the one that counts: the others come last.
 */
function inSequence(
  rows: GivenRows,
  draftOf: Int32Array,
  place: Int32Array,
  packages: readonly GivenPackage[],
): GivenPlan["assignments"] {
  const unassigned = rows.channelNames.indexOf("");
  // An order without a channel is left unrouted; one that nobody knows is told of all the same.
  const says = (row: number) => rows.channel[row] !== unassigned || rows.order[row]! < 0;
  const slots = packages.length + 2;
  const again = repeated(rows, unassigned);
  const slotOf = (row: number) =>
    again.has(row) ? slots - 1 : draftOf[row]! < 0 ? 0 : place[draftOf[row]!]! + 1;
  const next = new Int32Array(slots + 1);
  for (let row = 0; row < rows.count; row++) if (says(row)) next[slotOf(row) + 1]! += 1;
  for (let slot = 0; slot < slots; slot++) next[slot + 1]! += next[slot]!;
  const count = next[slots]!;
  const order = new Int32Array(count);
  const channel = new Int32Array(count);
  const inPackage = new Int32Array(count);
  const line = new Int32Array(count);
  for (let row = 0; row < rows.count; row++) {
    if (!says(row)) continue;
    const slot = slotOf(row);
    const at = next[slot]!++;
    order[at] = rows.order[row]!;
    channel[at] = rows.channel[row]!;
    if (rows.line !== null) line[at] = rows.line[row]!;
    // What is no package of its channel keeps the name that the file gives it.
    const draft = draftOf[row]!;
    inPackage[at] = draft < 0 ? packages.length + rows.package[row]! : place[draft]!;
  }
  return {
    count,
    order,
    unknownOrders: rows.unknownOrders,
    channel,
    channelNames: rows.channelNames,
    package: inPackage,
    packageNames: [...packages.map((each) => each.package), ...rows.packageNames],
    ...(rows.line === null ? {} : { line }),
  };
}

/** Rows whose order an earlier row has assigned. */
function repeated(rows: GivenRows, unassigned: number): ReadonlySet<number> {
  const seen = new Set<number>();
  const again = new Set<number>();
  for (let row = 0; row < rows.count; row++) {
    const order = rows.order[row]!;
    if (order < 0 || rows.channel[row] === unassigned) continue;
    if (seen.has(order)) again.add(row);
    seen.add(order);
  }
  return again;
}

/** `[order]` index of the channel that the first row with the order names; -1 where there is none. */
export function channelsOf(
  contract: Contract,
  orders: OrderTable,
  rows: GivenPlan["assignments"],
): Int32Array {
  const indexOf = new Map(contract.channels.map((channel, c) => [channel.id, c]));
  const channelOf = rows.channelNames.map((name) => indexOf.get(name) ?? -1);
  const found = new Int32Array(orders.count).fill(-1);
  for (let row = rows.count - 1; row >= 0; row--)
    if (rows.order[row]! >= 0) found[rows.order[row]!] = channelOf[rows.channel[row]!]!;
  return found;
}
