import { type Changes, NO_CHANGES, type Scenario } from "./changes.js";

/** What the address says: all that a person has done to get here, so that it can be sent, reloaded and gone back to. */
export interface Route {
  /** Null on the first view. */
  readonly plan: string | null;
  readonly tab: Tab;
  readonly changes: Changes;
  readonly pinned: readonly Scenario[];
  /** Id of the order that is looked at. */
  readonly order: string | null;
  /** Id of the channel whose numbers are open. */
  readonly channel: string | null;
  /** Ids of jobs. */
  readonly breakEven: string | null;
  readonly frontier: string | null;
}

export const TABS = ["plan", "simulate", "compare", "curves", "orders", "export"] as const;
export type Tab = (typeof TABS)[number];

export const MOST_PINNED = 4;

export const START: Route = {
  plan: null,
  tab: "plan",
  changes: NO_CHANGES,
  pinned: [],
  order: null,
  channel: null,
  breakEven: null,
  frontier: null,
};

const TEXTS = { order: "order", channel: "channel", breakEven: "break-even", frontier: "frontier" } as const;
type TextMember = keyof typeof TEXTS;

/** The hash of a route: `#/plans/{id}/simulate?now={…}&pin=[…]`. */
export function hashOf(route: Route): string {
  if (route.plan === null) return "#/";
  const query = new URLSearchParams();
  if (Object.keys(route.changes).length > 0) query.set("now", JSON.stringify(route.changes));
  for (const { name, changes } of route.pinned) query.append("pin", JSON.stringify([name, changes]));
  for (const [member, name] of Object.entries(TEXTS) as [TextMember, string][]) {
    const value = route[member];
    if (value !== null) query.set(name, value);
  }
  const text = query.toString();
  return `#/plans/${route.plan}/${route.tab}${text === "" ? "" : `?${text}`}`;
}

/** The route of a hash; of what it does not understand it takes nothing. */
export function routeOf(hash: string): Route {
  const [, plan, tab, text = ""] = /^#\/plans\/([0-9a-f-]{36})(?:\/([a-z]+))?(?:\?(.*))?$/.exec(hash) ?? [];
  if (plan === undefined) return START;
  const query = new URLSearchParams(text);
  const member = (name: TextMember) => query.get(TEXTS[name]);
  return {
    plan,
    tab: TABS.find((each) => each === tab) ?? "plan",
    changes: changesIn(parsed(query.get("now"))),
    pinned: query
      .getAll("pin")
      .map((pin) => scenarioIn(parsed(pin)))
      .filter((pin) => pin !== null)
      .slice(0, MOST_PINNED),
    order: member("order"),
    channel: member("channel"),
    breakEven: member("breakEven"),
    frontier: member("frontier"),
  };
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    // Somebody has cut the address short: what is left of it still leads to the plan.
    return null;
  }
}

function scenarioIn(value: unknown): Scenario | null {
  if (!Array.isArray(value) || typeof value[0] !== "string") return null;
  return { name: value[0], changes: changesIn(value[1]) };
}

function changesIn(value: unknown): Changes {
  if (typeof value !== "object" || value === null) return NO_CHANGES;
  return Object.fromEntries(
    Object.entries(value).filter(
      (entry): entry is [string, string | null] => typeof entry[1] === "string" || entry[1] === null,
    ),
  );
}
