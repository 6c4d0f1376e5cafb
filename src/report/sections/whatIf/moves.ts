import type { OrderPlace, ScenarioOutcome } from "../../../model/whatIfFile.js";
import { html, type Markup, named } from "../../markup.js";
import { formatCount, group, plural } from "../../numbers.js";
import { heatTable } from "../../plot/heat.js";
import { lead, type Section } from "../section.js";
import { scenarioName, type WhatIfData } from "./scenarios.js";

/** Scenarios whose moves are drawn; a matrix of each is more than a page should hold. */
const MOST_MATRICES = 100;

/** Where orders of the base plan go, a matrix for each scenario. */
export function moveSection({ file }: WhatIfData): Section {
  const moving = file.scenarios.filter(({ moved }) => moved !== null && moved.orders > 0);
  const others = file.scenarios.filter(({ moved }) => moved === null).length;
  const body = html`${lead(
    html`${
      moving.length === 0
        ? "No order is elsewhere than in the base plan."
        : "Orders that are elsewhere than in the base plan: rows say where they were, columns where they are. The stronger the colour, the more."
    }${others > 0 && ` ${plural(others, "scenario")} ${others === 1 ? "has" : "have"} other orders, which cannot be compared one by one.`}`,
  )}
${moving.slice(0, MOST_MATRICES).map(
  (
    scenario,
    i,
  ) => html`<details${i === 0 && html` open="open"`}><summary>${scenarioName(scenario.id)}: ${plural(scenario.moved!.orders, "order")}, ${file.currency} ${group(scenario.moved!.amount)} in amount</summary>
${matrix(scenario)}</details>`,
)}${moving.length > MOST_MATRICES && html`<p class="note">moves.csv has those of ${plural(moving.length - MOST_MATRICES, "more scenario")}.</p>`}`;
  return { id: "moves", title: "What moves", short: "Moves", body };
}

function matrix({ id, moved }: ScenarioOutcome): Markup {
  const moves = moved!.moves;
  const from = placesOf(moves.map((move) => move.from));
  const to = placesOf(moves.map((move) => move.to));
  const most = moves.reduce((largest, { orders }) => Math.max(largest, orders), 1);
  const byPlaces = new Map(moves.map((move) => [JSON.stringify([key(move.from), key(move.to)]), move]));
  const total = (side: "from" | "to", place: string) =>
    moves.reduce((sum, move) => sum + (key(move[side]) === place ? move.orders : 0), 0);
  return heatTable({
    caption: "Orders that move",
    name: `Orders that move in ${id}`,
    corner: "from, to",
    columns: [...to.map(({ label }) => label), "Total"],
    rows: from.map((row) => ({
      label: row.label,
      cells: [
        ...to.map((column) => {
          const move = byPlaces.get(JSON.stringify([row.key, column.key]));
          return move === undefined
            ? null
            : {
                content: formatCount(move.orders),
                heat: -move.orders / most,
                title: `${group(move.amount)} in amount`,
              };
        }),
        { content: formatCount(total("from", row.key)), heat: 0 },
      ],
    })),
    foot: ["Total", ...to.map((column) => formatCount(total("to", column.key))), formatCount(moved!.orders)],
  });
}

interface Place {
  readonly key: string;
  readonly label: Markup;
}

/** Each place once, in the order in which they come; unrouted ones last. */
function placesOf(places: readonly OrderPlace[]): readonly Place[] {
  const found = new Map<string, OrderPlace>();
  for (const place of places) found.set(key(place), place);
  return [...found]
    .map(([name, place]) => ({
      key: name,
      label: "channel" in place ? named(place.channel) : html`<em>${place.unrouted}</em>`,
      last: !("channel" in place),
    }))
    .sort((a, b) => Number(a.last) - Number(b.last));
}

function key(place: OrderPlace): string {
  return "channel" in place ? `channel ${place.channel}` : place.unrouted;
}
