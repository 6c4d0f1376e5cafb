import { formatCount, formatShare, group, plural } from "../../../src/report/numbers.js";
import {
  BASELINE_MEANING,
  COST_PARTS,
  certainty,
  REASON_TEXT,
  savingWords,
  verdict,
} from "../../../src/report/words.js";
import type { PlanFile, TermNumber } from "../api/types.js";
import { momentParts } from "../format/moments.js";
import { type FieldNames, fieldName } from "./fields.js";

type Quantity = TermNumber["quantity"];
type Saving = PlanFile["baselines"][number]["saving"];
type Place = { channel: string } | { unrouted: "deferred" | "rejected" };

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

const FIELDS: FieldNames = {
  rule: (number) => `Rule ${number}`,
  tier: (number) => `Tier ${number}`,
  leaves: {
    flat: "Fee of an order",
    rate: "Fee by amount",
    min: "Least fee",
    max: "Highest fee",
    "amount.min": "Least amount",
    "amount.max": "Highest amount",
    upTo: "Up to",
    "round.to": "Rounded to",
    "package.fee": "Fee of a package",
    perOrder: "Fee for each order of a package",
    failureFee: "Fee of a failed debit",
    successRate: "Success rate",
    "package.maxOrders": "Orders in a package, at most",
    "package.minOrders": "Orders in a package, at least",
    "package.maxAmount": "Amount in a package, at most",
    maxOrders: "Orders, at most",
    maxAmount: "Amount, at most",
    maxPackages: "Packages, at most",
    opensAt: "Opens at",
    cutOff: "Cut-off",
    backlogSeconds: "Backlog, seconds",
    secondsPerPackage: "Seconds for a package",
    secondsPerOrder: "Seconds for an order",
    lanes: "Lanes",
    resultSeconds: "Seconds to a result",
    delayCostPerOrderHour: "Cost of an order waiting an hour",
    failureCost: "Cost of a failed debit",
    unroutedPenalty: "Penalty of an order left out",
    unroutedPenaltyRate: "Penalty, share of the amount",
    "minimumFee.fee": "Least charges of a month",
    chargesToDate: "Charges of the month so far",
    toDate: "Volume of the month so far",
    discount: "Discount by volume",
    "tiers.fee": "Fee by volume",
    from: "From a volume of",
    "minimum.volume": "Volume committed to",
    shortfallFee: "Fee of a shortfall",
  },
};

export const en = {
  tag: "en",
  name: "English",
  dark: "Dark",
  light: "Light",
  about: "Debit orders over batch and single channels at the least cost, with proof.",
  footer: "Every figure is that of a plan that has been checked, beside a bound that its certificate proves.",
  loading: "Loading…",
  pending: "Working it out…",
  plan: "Plan",
  thisPlan: "This plan",
  channel: "Channel",
  order: "Order",
  orders: "Orders",
  package: "Package",
  packages: "Packages",
  single: "single",
  deferred: "deferred",
  rejected: "rejected",
  count: formatCount,
  group,
  ordersOf: (count: number) => plural(count, "order"),
  packagesOf: (count: number) => plural(count, "package"),
  day: (month: number, day: number) => `${day} ${MONTHS[month - 1]}`,
  /** In the offset that it is written in; null where there is none. */
  moment(text: string | null): string | null {
    const parts = momentParts(text);
    return parts === null ? null : `${parts.day} ${MONTHS[parts.month - 1]} ${parts.time}`;
  },
  localMoment: (date: Date) =>
    `${date.getDate()} ${MONTHS[date.getMonth()]} ${date.toTimeString().slice(0, 5)}`,
  place: (place: Place): string => ("channel" in place ? place.channel : `(${place.unrouted})`),
  saving: (saving: Saving): string => savingWords(saving),
  certainty: (difference: Parameters<typeof certainty>[0]): string => certainty(difference),
  verdict(status: PlanFile["status"], gap: number | null, proof: PlanFile["proof"]): string {
    if (status === "optimal") return proof === "engine" ? "Optimal by an engine's word" : "Optimal";
    return gap === null || proof === "none"
      ? "Gap unknown"
      : `Within ${formatShare(gap)} of the best possible`;
  },
  verdictSentence: (plan: PlanFile, exponent: number): string => verdict(plan, exponent).sentence,
  tabs: {
    label: "Views of the plan",
    plan: "Plan",
    simulate: "What if",
    compare: "Compare",
    curves: "Curves",
    orders: "Orders",
    export: "Export",
  },
  states: {
    queued: "waiting",
    running: "being made",
    done: "made",
    failed: "failed",
    cancelled: "cancelled",
  },
  tiles: {
    costs: "The plan costs",
    quality: "How good it is",
    routed: "Routed",
    noBaseline: "No baseline to compare with.",
    ofOrders: (orders: number) => `of ${plural(orders, "order")}`,
    left: (deferred: number, rejected: number) =>
      [
        deferred > 0 ? `${formatCount(deferred)} deferred` : "",
        rejected > 0 ? `${formatCount(rejected)} rejected` : "",
      ]
        .filter((text) => text !== "")
        .join(", ") || "None left out",
    saves: (saving: string, baseline: string) =>
      `${saving} ${/(less|more)$/.test(saving) ? "than" : "as"} the cheapest way by hand (${baseline})`,
    against: (percent: string, proven: boolean) =>
      `${percent === "" ? "" : `(${percent}) `}against the plan as it is; ${proven ? "proven" : "not proven: smaller than the gaps"}`,
    lastResult: (finishAt: string | null) => {
      const at = en.moment(finishAt);
      return at === null ? "No times" : `Last result ${at}`;
    },
  },
  cost: {
    charges: COST_PARTS[0] as { label: string; meaning: string },
    packageFees: COST_PARTS[1] as { label: string; meaning: string },
    delay: COST_PARTS[2] as { label: string; meaning: string },
    volume: { label: "Volume", meaning: "discounts, fees and shortfalls by the month's volume" },
    penalties: COST_PARTS[3] as { label: string; meaning: string },
  },
  costs: {
    title: "Where the cost comes from",
    caption: (currency: string) => `The objective, ${currency}, by part`,
    part: "Part",
    share: "Share",
    meaning: "What it is",
    objective: "Objective",
  },
  baselines: {
    title: "Compared with routing by hand",
    lead: "Each baseline is a complete, valid plan of the same orders, priced by the same rules, as payment teams make it by hand.",
    caption: (currency: string) => `The baselines, money in ${currency}`,
    saves: "Plan saves",
    meaning: "What it is",
    meanings: BASELINE_MEANING,
  },
  channels: {
    title: "Channels",
    lead: "Cost per order is charges, package fees and delay over the orders carried.",
    leadAgainst:
      "What each channel carries now, and how many orders more or fewer than in the plan as it is.",
    caption: (currency: string) => `Channels, money in ${currency}`,
    more: "+/\u2060−",
    perOrder: "Cost per order",
    finish: "Finish",
  },
  queues: {
    title: "Packages over time",
    lead: "A package holds its lane until it is worked off; its orders finish when the channel's results arrive.",
    noTimes: "There are no times: the channels file has no planAt, or nothing is routed.",
    asTable: "The times as a table",
    package: "package in its lane, filled as high as it is full",
    single: "single orders",
    waiting: "waiting for results",
    cutOff: "cut-off",
    starts: "Takes orders from",
    lastResult: "Last result",
    describe: (bands: number) =>
      `Packages over time, one band for each of ${plural(bands, "channel")}; the table below holds the same times.`,
    packagesOn: (packages: number, lanes: number) =>
      `${plural(packages, "package")} on ${plural(lanes, "lane")}`,
    resultsBy: (time: string) => `results by ${time}`,
    packageTitle: (name: string, orders: number, from: string, to: string, result: string) =>
      `${name}: ${plural(orders, "order")}, ${from} to ${to}, results ${result}`,
  },
  unrouted: {
    title: "Orders not routed",
    none: "Every order is routed.",
    lead: (deferred: number, rejected: number) =>
      [
        deferred > 0
          ? `${plural(deferred, "order")} deferred: a channel could take each, and its penalty is part of the cost.`
          : "",
        rejected > 0
          ? `${plural(rejected, "order")} rejected: no channel could take any, even alone, at no cost.`
          : "",
      ]
        .filter((text) => text !== "")
        .join(" "),
    caption: "Unrouted orders by reason",
    reason: "Reason",
    outcome: "Outcome",
    meaning: "What it means",
    remedy: "What to do",
    reasons: REASON_TEXT as Readonly<Record<keyof typeof REASON_TEXT, { meaning: string; remedy: string }>>,
  },
  levers: {
    whose: "Whose terms",
    allOrders: "All orders",
    quota: (id: string) => `Quota ${id}`,
    hasChanges: "changed",
    open: "Open",
    kinds: { prices: "Prices", limits: "Limits and sizes", times: "Times", others: "Success and rounding" },
    changed: (count: number) => `${count} changed`,
    asItIs: "as it is",
    invalid: (shown: string) => `This is no value: planned with is still ${shown}.`,
    was: (value: string) => `was ${value}`,
    reset: "Undo",
    resetOf: (label: string) => `Undo: ${label}`,
    none: "no limit",
    default: "default",
    field: (field: string): string => fieldName(field.replace(/^objective\./, ""), FIELDS),
    named: (number: TermNumber | undefined, path: string): string =>
      number === undefined ? path : `${number.owner ?? "All orders"}, ${en.levers.field(number.field)}`,
    value: (value: string | null, quantity: Quantity, currency: string): string => {
      if (value === null) return quantity === "instant" ? "none" : "not stated";
      if (quantity === "money") return `${currency} ${group(value)}`;
      if (quantity === "instant") return en.moment(value) ?? value;
      if (quantity === "seconds") return `${value} s`;
      return quantity === "count" ? group(value) : value;
    },
    unit: (quantity: Quantity, currency: string, _value: string | null): string =>
      quantity === "money" ? currency : quantity === "seconds" ? "s" : "",
  },
  simulate: {
    title: "What if",
    lead: "Change a number: the plan is made again, checked, and its bound proven, in about a second.",
    asItIs: "This is the plan as it is. Nothing is changed.",
    pending: "Working out the plan for these values…",
    opening: "Opening the plan for questions, which takes some seconds; then answers come in about one…",
    failed: "There is no answer to these values.",
    ready: (ms: number) => `Planned, checked and proven in ${(ms / 1000).toFixed(2)} s for the values shown.`,
    searching: (seconds: number) => `Searching ${seconds} s for a closer answer…`,
    earlier: "The earlier answer: to the values shown, checked and proven.",
    enough: "Stop searching, and keep the earlier answer",
    noCloser: (seconds: number) => `Searched ${seconds} s more, and found nothing better.`,
    closer: (seconds: number) => `Search ${seconds} s for a closer answer`,
    changes: "Changed",
    resetAll: "Undo all",
    pin: "Pin as scenario",
    pinName: "Name",
    scenario: (number: number) => `Scenario ${number}`,
    full: (most: number) => `${most} scenarios are pinned already; remove one to pin another.`,
    present: "present changes",
  },
  /** Between a name and what it is. */
  colon: ": ",
  moved: {
    /** Before and after the amount of all that moved. */
    together: ["Together they are of", "."] as readonly [string, string],
    title: "Moved orders",
    lead: (moved: number, orders: number) =>
      moved === 0
        ? "No order is elsewhere than in the plan as it is."
        : `${formatCount(moved)} of ${plural(orders, "order")} ${moved === 1 ? "is" : "are"} elsewhere than in the plan as it is.`,
    caption: "Where orders move",
    from: "From",
    to: "To",
    amount: "Amount",
    named: (shown: number, all: number) =>
      shown < all ? `The first ${formatCount(shown)} of them` : "Which orders",
    which: "Orders that move",
  },
  compare: {
    title: "Scenarios side by side",
    lead: "Each is a plan that has been checked, with a bound that is proven.",
    none: "No scenario is pinned yet. Change something under “What if”, and pin it.",
    asItIs: "As it is",
    caption: (currency: string) => `Scenarios, money in ${currency}`,
    figure: "Figure",
    difference: "Difference",
    proven: "Difference is",
    bound: "Bound",
    gap: "Gap",
    which: "What they change",
    deferred: "Deferred",
    rejected: "Rejected",
    ordersOn: (channel: string) => `Orders on ${channel}`,
    open: (name: string) => `Open ${name}`,
    remove: (name: string) => `Remove ${name}`,
  },
  breakEven: {
    title: "Break-even",
    lead: "At which values of a number another plan becomes the cheapest.",
    number: "Number",
    from: "From",
    to: "To",
    begin: "Draw",
    cost: "cost of the cheapest known plan",
    bound: "no plan costs less",
    found: (values: readonly string[], isExact: boolean) =>
      `${values.length === 0 ? "One plan is the cheapest known one over the whole range." : `The cheapest known plan changes at ${values.join(", ")}.`} ${isExact ? "The curve holds between its points, too." : "Only the values listed were looked at."}`,
    breakpoint: (value: string, proven: boolean) => `${value} (${proven ? "proven" : "not proven"})`,
    describe: (name: string, from: string, to: string) =>
      `Cost over ${name} from ${from} to ${to}; the table below holds the figures.`,
    caption: (currency: string) => `The cheapest known plan by value, money in ${currency}`,
    values: "Values",
    costFrom: "Cost at the first",
    costTo: "Cost at the last",
    ordersThere: "Orders there",
  },
  frontier: {
    title: "Frontier",
    lead: "What an earlier finish, or fewer packages, would cost.",
    against: "Cost against",
    finish: "last result",
    points: "Points",
    plans: "plans than which none found is both cheaper and better",
    hours: "hours to the last result",
    found: (points: number) => `${plural(points, "plan")} on the frontier.`,
    knee: (value: string) => `The best compromise is ${value}: beyond it each step costs more than before.`,
    kneeMark: "best compromise",
    describe: (points: number) =>
      `Cost of ${plural(points, "plan")} on the frontier; the table below holds the figures.`,
    caption: (currency: string) => `The frontier, money in ${currency}`,
  },
  orderSearch: {
    title: "Why is an order where it is?",
    lead: "In the plan as it is, by its own figures and the prices of its certificate.",
    id: "Order id",
    find: "Explain",
    some: "Orders to look at",
    unrouted: (count: number) => `The first ${count} that are not routed`,
    routed: (count: number) => `The first ${count} that are routed`,
    heading: (order: string, bank: string, amount: string) => `Order ${order} of ${bank}, ${amount}`,
    /** @param because what stands in the way, or null */
    answer: (where: string, because: string | null, why: string): readonly [string, string] => [
      where,
      `. ${because === null ? "" : `${because}: `}${why}`,
    ],
    on: (channel: string, name: string | null) =>
      `On ${channel}${name === null ? "" : ` in package ${name}`}`,
    caption: (currency: string) => `What it would come to elsewhere, ${currency}`,
    charge: "Charge",
    chargeIn: (currency: string) => `Charge, ${currency}`,
    costs: "Plan costs",
    why: "Why",
    here: "here",
    unable: "Channels that could not take it even alone",
    worth: (money: string) => `By the certificate's prices routing it is worth ${money}.`,
    open: (gap: string) => `They leave ${gap} of the plan's cost open.`,
    codes: {
      CHEAPEST: "Cheapest there is for it.",
      ONLY_CHANNEL: "No other channel could take it.",
      FILLS_PACKAGE: "Fills a package that has to be paid anyway.",
      TIE_FASTER: "Costs the same, and waits less.",
      TIE: "Costs the same.",
      WOULD_SAVE: "Would cost less: within what the gap leaves open.",
      WOULD_WAIT_LESS: "Would cost the same and wait less.",
      DEARER: "Costs more.",
      NEEDED_FOR_MINIMUM: "Needed for the minimum of its package.",
      DISPLACED_BY_LIMIT: "A limit there is used up.",
      PACKAGES_FULL: "The packages there are full.",
      KEPT_APART: "May not share a package with what is there.",
      PACKAGE_MINIMUM: "Would be in a package below the minimum.",
      CUT_OFF: "Would be too late for the cut-off.",
      DUE_BY: "Would finish after it is due.",
      NO_ROOM: "There is no room.",
      WOULD_OPEN_PACKAGE: "Would need a package of its own.",
      NOT_PERMITTED: "It may not use this channel.",
      NOT_COVERED: "Not covered.",
      CHANNEL_CLOSED: "Closed.",
      AMOUNT_ABOVE_LIMIT: "Its amount is above a limit.",
      PACKAGE_AMOUNT: "Its amount is above that of a package.",
      PENALTY_CHEAPER: "Its penalty costs less.",
      BANK_NOT_COVERED: "No channel covers its bank.",
      ATTRIBUTES_NOT_COVERED: "Its bank is covered, but not its attributes.",
      AMOUNT_OUT_OF_RANGE: "Its amount is outside every limit.",
      NO_CHANNEL_IN_TIME: "No channel would finish in time.",
    } as Readonly<Record<string, string>>,
  },
  exports: {
    folder: "The plan folder",
    folderLead: "As the command line writes it: packwright verify checks it against the inputs.",
    files: "Files of the plan, and what it was made from",
    file: "File",
    holds: "Holds",
    size: "Size",
    input: "input of the plan",
    kilobytes: (bytes: number) => `${group((bytes / 1000).toFixed(1))} kB`,
    contents: {
      "plan.json": "cost, bound, gap, channels, baselines",
      "assignments.csv": "every order with its channel, package and charge",
      "packages.csv": "the packages with their times",
      "unrouted.csv": "orders on no channel, with the reason",
      "certificate.json": "what proves the bound",
      "report.html": "the report page",
    } as Readonly<Record<string, string>>,
    scenarios: "Scenarios",
    scenariosLead: "For packwright what-if --scenarios, and what they came to here as a table.",
    noScenarios: "Nothing is changed or pinned yet.",
    link: "Link to this page",
    linkLead: "It holds the plan, the changes and the pinned scenarios. It holds no key.",
  },
  start: {
    title: "Plan a night's debits, then play with the fees",
    lead: "Give the channels with their prices and the orders of the night. The plan says who goes where, at what cost, and how close to the least that is.",
    example: "Try the example",
    exampleLead: "20,000 orders, 150 banks and 8 channels of a lending and billing platform.",
    loadExample: "Load the example",
    own: "Use your own files",
    ownLead: "Channels as YAML or JSON, orders as CSV, NDJSON, JSON or Parquet.",
    channelsFile: "Channels file",
    ordersFile: "Orders file",
    drop: "Choose two files, or drop them here.",
    chosen: (channels: string, orders: string) => `Channels: ${channels}. Orders: ${orders}.`,
    missing: "none yet",
    makePlan: "Make a plan",
    seconds: "Search for at most",
    sending: "Sending the files…",
    recent: "Plans that are there",
    made: "Asked for",
    state: "State",
  },
  making: {
    title: "Making the plan",
    lead: "It ends by itself when nothing gains any more, or when its time is up.",
    queued: "Waiting for a free worker…",
    running: "Working…",
    phases: {
      read: "Reading the files…",
      class: "Putting orders into classes…",
      base: "Making the plan as it is…",
      search: "Searching…",
      solve: "Searching for a cheaper plan and a better bound…",
      describe: "Writing down the figures…",
      check: "Checking every rule and figure…",
      write: "Writing the files…",
    } as Readonly<Record<string, string>>,
    of: (done: number, all: number) => `${formatCount(done)} of ${formatCount(all)}`,
    incumbent: "Best plan so far",
    bound: "No plan costs less than",
    gap: "Gap",
    stop: "Stop and keep the best",
    cancel: "Cancel",
    cancelled: "It was cancelled.",
    noPlan: "There is no plan",
    back: "Back to the start",
  },
  login: {
    title: "Log in",
    lead: "This service asks for a key. It stays in this tab and goes nowhere but to the service.",
    key: "Key",
    enter: "Log in",
    leave: "Log out",
  },
  /** Unfolds what the service says in its own language; null where that is this one. */
  original: null as string | null,
  trouble: {
    /** What codes mean; none where the service's own sentences say it. */
    meanings: async (): Promise<Readonly<Record<string, string>>> => ({}),
    more: (count: number) => `… and ${formatCount(count)} more`,
    retry: "Try again",
    titles: {
      NETWORK: "The service does not answer.",
      TIMEOUT: "The service does not answer.",
      UNAUTHORIZED: "The service does not know this key.",
      FORBIDDEN: "This key does not allow that.",
      BUSY: "There is too much to do at this time.",
    } as Readonly<Record<string, string>>,
  },
};

/** Everything that the page says, in any language. */
export type Words = typeof en;
