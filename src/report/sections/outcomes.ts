import type { Outcome, WhatIfFile } from "../../model/whatIfFile.js";
import { html, type Markup, named, type Piece } from "../markup.js";
import { formatMillis, formatShare, group } from "../numbers.js";
import { type Cell, type Column, money, table } from "../table.js";
import { costParts } from "../words.js";
import type { Section } from "./section.js";

/** What the pages of many plans have in common. */

/** A file of such plans, and how many decimals its currency has. */
export interface Outcomes<File> {
  readonly file: File;
  readonly exponent: number;
}

/** There is none where the objective is 0 and the bound is not. */
export function gapText(gap: number | null): string | null {
  return gap === null ? null : formatShare(gap);
}

/** A large figure of the head of a page. */
export function tile(what: Piece, figure: Piece, note: Piece): Markup {
  return html`<div class="tile"><p class="what">${what}</p><p class="mid">${figure}</p><p>${note}</p></div>`;
}

export function currencyFigure(currency: string, text: string, exponent: number): Markup {
  return html`<span class="cur">${currency}</span> ${money(text, exponent)}`;
}

/**
 * What plans cost by part.
 *
 * @param rows of at least one plan, each with its name; volume has a column where any has such a part
 */
export function costTable(
  rows: readonly { readonly name: Cell; readonly cost: Outcome["cost"] }[],
  {
    head,
    currency,
    exponent,
  }: { readonly head: string; readonly currency: string; readonly exponent: number },
): Markup {
  const parts = costParts((rows.find(({ cost }) => cost.volume !== undefined) ?? rows[0]!).cost);
  return table({
    caption: `Cost by part, ${currency}`,
    columns: [
      { label: head, kind: "text" },
      ...parts.map(({ label }): Column => ({ label, kind: "money" })),
      { label: "Objective", kind: "money" },
    ],
    rows: rows.map(({ name, cost }) => [name, ...parts.map(({ key }) => cost[key] ?? null), cost.objective]),
    exponent,
  });
}

type Input = WhatIfFile["inputs"]["channels"];

/** Where a page's plans come from. */
export function originSection(input: {
  readonly file: {
    readonly version: string;
    readonly currency: string;
    readonly unroutedPenalty: string;
    readonly inputs: Readonly<Record<string, Input>>;
  };
  readonly plans: readonly Outcome[];
  readonly entries?: readonly (readonly [string, Piece])[];
}): Section {
  const { file, plans, entries = [] } = input;
  const ms = plans.reduce((sum, plan) => sum + plan.ms, 0);
  const all: readonly (readonly [string, Piece])[] = [
    ...entries,
    [
      "Checked",
      "Every plan was derived again from the inputs, as packwright verify does, before anything was told of it.",
    ],
    ["Bounds", boundSource(plans)],
    [
      "Penalty of a deferred order",
      `${file.currency} ${group(file.unroutedPenalty)}, where it has none of its own`,
    ],
    ...Object.entries(file.inputs).map(
      ([name, origin]) => [`${capital(name)} file`, inputText(origin)] as const,
    ),
    ["Made by", `packwright ${file.version}`],
    ["Time taken", `${formatMillis(ms)}, all plans together`],
  ];
  return {
    id: "making",
    title: "How the plans were made",
    short: "How they were made",
    body: html`<dl>${all.map(
      ([term, text]) => html`
<div><dt>${term}</dt><dd>${text}</dd></div>`,
    )}
</dl>`,
  };
}

function boundSource(plans: readonly Outcome[]): string {
  const proofs = new Set(plans.map(({ proof }) => proof));
  if (proofs.has("none")) return "For some plans nothing is proven.";
  return proofs.has("engine")
    ? "Some bounds are a MIP engine's word, which cannot be checked."
    : "Every bound is a certificate's, in exact arithmetic.";
}

export function inputText({ file, sha256 }: Input): Markup {
  if (file === null && sha256 === null) return html`no file`;
  return html`${named(file ?? "standard input")}${sha256 !== null && html`<br><span class="hash">SHA-256 ${sha256}</span>`}`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
