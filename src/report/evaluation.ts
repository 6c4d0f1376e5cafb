import { stripVTControlCharacters } from "node:util";
import pc from "picocolors";
import type { Contract } from "../model/contract.js";
import type { Comparison, EvaluationFile, ListedViolation, Route } from "../model/evaluation.js";
import { formatCount, formatPercent, formatShare, group, plural, sumCosts } from "./numbers.js";
import { fitMoney, type Row, textTable } from "./textTable.js";
import { NARROWEST, paragraphs, printable, textWidth, wrapText, wrapWhole } from "./textWidth.js";
import { costParts, isRejection, REASON_TEXT, verdict } from "./words.js";

export interface EvaluationInput {
  readonly evaluation: EvaluationFile;
  readonly contract: Contract;
  /** Where the plan was written; null where it was not. */
  readonly folder: string | null;
  readonly color: boolean;
  /** Columns of the terminal; 80 by default, 60 at least. */
  readonly width?: number;
}

/** Violations that are told one by one. */
const MOST_VIOLATIONS = 20;
const MOST_CHANNELS = 16;
/** Ways from one channel to another that are told where there is no room for all channels beside each other. */
const MOST_ROUTES = 12;

interface Context {
  readonly evaluation: EvaluationFile;
  readonly exponent: number;
  readonly colors: ReturnType<typeof pc.createColors>;
  readonly width: number;
}

type Lines = readonly string[];

/** What is to be said of a given plan on a terminal, ending in a line break. Violations are never cut. */
export function renderEvaluation({
  evaluation,
  contract,
  folder,
  color,
  width = 80,
}: EvaluationInput): string {
  const context: Context = {
    evaluation,
    exponent: contract.exponent,
    colors: pc.createColors(color),
    width: Math.max(NARROWEST, width),
  };
  const { comparison } = evaluation;
  const blocks: Lines[] = [
    heading(context),
    violationBlock(context),
    costTable(context),
    ...(comparison === null
      ? [channelTable(context)]
      : [comparedChannels(context, comparison), routeBlock(context, comparison)]),
    unroutedTable(context),
    closing(context, folder),
  ];
  return paragraphs(blocks);
}

function heading({ evaluation, colors, width }: Context): Lines {
  const { counts, packages, violations, ignoredColumns } = evaluation;
  const cost = `Given plan ${evaluation.currency} ${group(evaluation.cost.objective)}`;
  const word = evaluation.valid
    ? colors.green("breaks no rule")
    : colors.red(plural(violations.total, "violation"));
  const notes = [
    `${plural(counts.orders, "order")}, ${formatCount(counts.routed)} routed in ${plural(counts.packages, "package")}`,
    ...(packages === "filled"
      ? ["The assignments name no packages: they were filled in the order of the rows."]
      : []),
    ...(counts.unpriced > 0
      ? [
          `${plural(counts.unpriced, "assigned order")} cannot be priced: the channel is unknown, does not cover ` +
            "them or is not permitted. The cost is that of the others.",
        ]
      : []),
    ...(ignoredColumns.length > 0 ? [`Columns passed over: ${ignoredColumns.join(", ")}`] : []),
  ];
  return [
    `${colors.bold(cost)}  ${word}`,
    ...notes.flatMap((note) => wrapText(note, width)).map((line) => colors.dim(line)),
  ];
}

function violationBlock({ evaluation, colors, width }: Context): Lines {
  const { total, byCode, listed } = evaluation.violations;
  if (total === 0) return [];
  const table = textTable({
    head: ["Violations", "Times", "Rule of the first"],
    rows: byCode.map(({ code, count }) => [
      code,
      formatCount(count),
      listed.find((violation) => violation.code === code)?.rule ?? "",
    ]),
    rightAligned: [1],
    flexible: 2,
    colors,
    width,
  });
  const shown = listed.slice(0, MOST_VIOLATIONS);
  const more = total - shown.length;
  return [
    ...table,
    "",
    ...shown.flatMap((violation) => wrapWhole(violationLine(violation), width)),
    ...(more > 0 ? [`… and ${formatCount(more)} more; --json lists the first 1,000`] : []),
  ];
}

/** `package.maxOrders: Package p-1 has 3 orders, at most 2 may travel. [PACKAGE_MAX_ORDERS]` */
export function violationLine({
  rule,
  message,
  code,
  package: name,
  file,
  line,
  hint,
}: Omit<ListedViolation, "order">): string {
  // The message names what it is about; where that is an order, its package may be left to say.
  const inPackage = name === undefined || message.includes(name);
  const place = file === undefined || line === undefined ? "" : `${file}:${line}: `;
  const more = `${inPackage ? "" : ` Its package is ${name}.`}${hint === undefined ? "" : ` ${hint}`}`;
  return `${place}${rule}: ${message}${more} [${code}]`;
}

function costTable(context: Context): Lines {
  const { evaluation, exponent, colors, width } = context;
  const { comparison, currency } = evaluation;
  return fitMoney({ exponent, width, droppable: [] }, ({ money, unit }) => {
    const row = (label: string, key: keyof EvaluationFile["cost"]): Row => {
      // Volume alone may be absent, and then everywhere.
      const { [key]: given = "0" } = evaluation.cost;
      if (comparison === null) return [label, money(given)];
      const { [key]: ours = "0" } = comparison.ours.cost;
      const { [key]: difference = "0" } = comparison.difference;
      return [label, money(given), money(ours), painted(money(difference), difference, colors)];
    };
    return textTable({
      head: [
        `Cost by part, ${currency}`,
        `Given${unit}`,
        ...(comparison === null ? [] : [`Ours${unit}`, `Given − ours${unit}`]),
      ],
      rows: costParts(evaluation.cost).map(({ key, label }) => row(label, key)),
      foot: row("Objective", "objective"),
      rightAligned: [1, 2, 3],
      flexible: 0,
      colors,
      width,
    });
  });
}

/** What the given plan spends more is red, what it spends less is green. */
function painted(text: string, difference: string, colors: Context["colors"]): string {
  if (!/[1-9]/.test(difference)) return text;
  return difference.startsWith("-") ? colors.green(text) : colors.red(text);
}

function channelTable({ evaluation, exponent, colors, width }: Context): Lines {
  const used = evaluation.channels.filter(({ orders }) => orders > 0);
  if (used.length === 0) return [];
  return fitMoney({ exponent, width, droppable: [2, 3] }, ({ money, unit, omit }) =>
    textTable({
      head: ["Channel", "Orders", "Packages", `Cost${unit}`],
      rows: used.map(({ id, orders, mode, packages, charges, packageFees, delay, volume = "0" }) => [
        id,
        formatCount(orders),
        mode === "single" ? "single" : formatCount(packages),
        money(sumCosts([charges, packageFees, delay, volume], exponent)),
      ]),
      rightAligned: [1, 2, 3],
      omit,
      flexible: 0,
      colors,
      width,
    }),
  );
}

/** Every channel that either plan uses, those where most orders change first. */
function comparedChannels({ exponent, colors, width }: Context, { channels }: Comparison): Lines {
  const change = ({ orders }: Comparison["channels"][number]) => Math.abs(orders.given - orders.ours);
  const used = channels
    .filter(({ orders }) => orders.given + orders.ours > 0)
    .sort((a, b) => change(b) - change(a));
  const shown = used.slice(0, MOST_CHANNELS);
  if (shown.length === 0) return [];
  const lines = fitMoney({ exponent, width, droppable: [3, 4, 5] }, ({ money, unit, omit }) =>
    textTable({
      head: [
        "Channel",
        "Orders given",
        "ours",
        "Packages",
        `Cost given${unit}`,
        `ours${unit}`,
        `Given − ours${unit}`,
      ],
      rows: shown.map((channel) => [
        channel.id,
        formatCount(channel.orders.given),
        formatCount(channel.orders.ours),
        channel.packages.given + channel.packages.ours === 0
          ? "none"
          : `${formatCount(channel.packages.given)} / ${formatCount(channel.packages.ours)}`,
        money(channel.cost.given),
        money(channel.cost.ours),
        painted(money(channel.difference), channel.difference, colors),
      ]),
      rightAligned: [1, 2, 3, 4, 5, 6],
      omit,
      flexible: 0,
      colors,
      width,
    }),
  );
  const more = used.length - shown.length;
  return more > 0 ? [...lines, colors.dim(`  ${plural(more, "further channel")} in --json`)] : lines;
}

/** Who goes where in which plan: all channels beside each other, or the ways that most orders go. */
function routeBlock(context: Context, comparison: Comparison): Lines {
  const { evaluation, colors, width } = context;
  const { elsewhere, routes } = comparison;
  const title = `${formatCount(elsewhere)} of ${plural(evaluation.counts.orders, "order")} ${elsewhere === 1 ? "goes" : "go"} elsewhere in our plan`;
  if (elsewhere === 0) return [title];
  const matrix = routeMatrix(context, routes);
  if (matrix.every((line) => textWidth(stripVTControlCharacters(line)) <= width)) return [title, ...matrix];
  const moves = routes.filter(({ given, ours }) => given !== ours).sort((a, b) => b.orders - a.orders);
  const shown = moves.slice(0, MOST_ROUTES);
  const others = moves.slice(MOST_ROUTES).reduce((sum, { orders }) => sum + orders, 0);
  const lines = textTable({
    head: ["Orders", "Given on → ours on"],
    rows: shown.map(({ given, ours, orders }) => [
      formatCount(orders),
      `${given ?? "no channel"} → ${ours ?? "no channel"}`,
    ]),
    rightAligned: [0],
    flexible: 1,
    colors,
    width,
  });
  if (others === 0) return [title, ...lines];
  const rest = `${plural(others, "order")} on ${plural(moves.length - shown.length, "further way")}; --json has all`;
  return [title, ...lines, colors.dim(`  ${rest}`)];
}

function routeMatrix({ evaluation, colors, width }: Context, routes: readonly Route[]): Lines {
  const places: readonly (string | null)[] = [...evaluation.channels.map(({ id }) => id), null];
  const used = places.filter((id) => routes.some(({ given, ours }) => given === id || ours === id));
  const name = (id: string | null) => printable(id ?? "no channel");
  const cell = (given: string | null, ours: string | null) => {
    const orders = routes.find((route) => route.given === given && route.ours === ours)?.orders ?? 0;
    if (orders === 0) return "·";
    return given === ours ? colors.dim(formatCount(orders)) : formatCount(orders);
  };
  return textTable({
    head: ["Given on ↓, ours on →", ...used.map(name)],
    rows: used.map((given) => [name(given), ...used.map((ours) => cell(given, ours))]),
    rightAligned: used.map((_, i) => i + 1),
    flexible: 0,
    colors,
    width,
  });
}

function unroutedTable({ evaluation, colors, width }: Context): Lines {
  if (evaluation.unrouted.length === 0) return [];
  return textTable({
    head: ["Not routed", "Orders", ""],
    rows: evaluation.unrouted.map(({ reason, orders }) => [
      isRejection(reason) ? colors.dim(reason) : reason,
      formatCount(orders),
      REASON_TEXT[reason].brief,
    ]),
    rightAligned: [1],
    flexible: 2,
    colors,
    width,
  });
}

function closing({ evaluation, exponent, colors, width }: Context, folder: string | null): Lines {
  const { comparison, currency, valid } = evaluation;
  const entries: (readonly [string, string])[] = [];
  if (comparison !== null) {
    const { difference, aboveBound, gap, certifiedBound, ours } = comparison;
    const less = difference.objective.startsWith("-");
    const money = (text: string) => `${currency} ${group(text.replace(/^-/, ""))}`;
    const percent = percentOf(difference.objective, evaluation.cost.objective);
    entries.push([
      "Ours",
      `${money(ours.cost.objective)}: ${
        /[1-9]/.test(difference.objective)
          ? `${money(difference.objective)} ${less ? "more" : "less"} than the given plan (${formatPercent(percent)}).`
          : "the same as the given plan."
      } ${verdict({ ...ours, currency }, exponent).short}.`,
    ]);
    entries.push([
      "Bound",
      aboveBound.startsWith("-")
        ? `No plan that keeps all rules costs less than ${money(certifiedBound)}; the given plan is below it only because it breaks rules.`
        : `No plan can cost less than ${money(certifiedBound)}: the given plan is ${money(aboveBound)} above it (${formatShare(gap ?? Number.NaN)} of its cost).`,
    ]);
    if (!valid)
      entries.push([
        "Beware",
        "The given plan breaks rules, which may be what it saves by; compare with care.",
      ]);
  }
  const lines = entries.flatMap(([name, text]) =>
    wrapText(text, width - 9).map((line, i) => `${colors.dim((i === 0 ? name : "").padEnd(9))}${line}`),
  );
  if (folder === null) return lines;
  const path = `${printable(folder).replace(/[/\\]+$/, "")}/report.html`;
  return [...lines, `${colors.dim("Report".padEnd(9))}${colors.bold(path)}`];
}

/** Size of a difference in percent of a whole. */
function percentOf(difference: string, whole: string): number {
  return Math.abs((100 * Number(difference)) / Number(whole));
}
