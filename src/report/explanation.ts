import pc from "picocolors";
import type { ChannelExplanation, OrderExplanation } from "../model/explanation.js";
import { formatCount, formatShare, group, plural } from "./numbers.js";
import { alignDecimals, textTable } from "./textTable.js";
import { NARROWEST, paragraphs, wrapText } from "./textWidth.js";

export interface ExplanationInput {
  readonly currency: string;
  /** Of the plan; null where nothing is proven. */
  readonly gap: number | null;
  readonly orders: readonly OrderExplanation[];
  readonly color: boolean;
  /** Columns of the terminal; 60 at least. */
  readonly width: number;
}

const INDENT = "  ";

type Colors = ReturnType<typeof pc.createColors>;

/** Why orders are where they are, for a terminal; ends in a line break. No line is wider than `width`. */
export function renderExplanation({ currency, gap, orders, color, width }: ExplanationInput): string {
  const colors = pc.createColors(color);
  const columns = Math.max(NARROWEST, width);
  const blocks = orders.flatMap((order) => [
    heading(order, currency, colors, columns),
    channelTable(order, currency, colors, columns),
    sentences(order, colors, columns),
    askedTable(order, gap, colors, columns),
  ]);
  return paragraphs(blocks);
}

function heading(order: OrderExplanation, currency: string, colors: Colors, width: number): string[] {
  const { channel, package: name, status } = order;
  const place = status === "routed" ? `on ${channel}${name === null ? "" : ` in package ${name}`}` : status;
  const title = `Order ${order.order} of ${order.bank}, ${currency} ${group(order.amount)}: ${place}`;
  return [
    ...wrapText(title, width).map((line) => colors.bold(line)),
    ...wrapText(`${order.code}: ${order.sentence}`, width),
  ];
}

/** Channels that could take the order, its own first and the others by what the plan would cost with it there. */
function channelTable(
  { channels, deferring }: OrderExplanation,
  currency: string,
  colors: Colors,
  width: number,
): readonly string[] {
  const able = channels.filter(({ charge }) => charge !== null).sort((a, b) => costOf(a) - costOf(b));
  if (able.length === 0) return [];
  const rows = [
    ...able.map(({ channel, charge, chosen, move, code }) => ({
      name: channel,
      charge: group(charge!),
      costs: chosen ? "here" : signed(move!.costs),
      delay: chosen ? "" : signed(move!.delay),
      fees: chosen ? "" : signed(move!.packageFees),
      volume: chosen ? "" : signed(move!.volume ?? "0"),
      code,
    })),
    ...(deferring === null
      ? []
      : [
          {
            name: "(deferred)",
            charge: "",
            costs: signed(deferring.costs),
            delay: signed(deferring.delay),
            fees: signed(deferring.packageFees),
            volume: signed(deferring.volume ?? "0"),
            code: deferring.code,
          },
        ]),
  ];
  const column = (of: (row: (typeof rows)[number]) => string) => alignDecimals(rows.map(of));
  const [charges, costs, delays, fees, volumes] = [
    column(({ charge }) => charge),
    column(({ costs: text }) => text),
    column(({ delay }) => delay),
    column(({ fees: text }) => text),
    column(({ volume }) => volume),
  ];
  return textTable({
    head: [`There, in ${currency}`, "Charge", "Plan costs", "Delay", "Fees", "Volume", "Code"],
    rows: rows.map(({ name, code }, i) => [
      name,
      charges[i]!,
      costs[i]!,
      delays[i]!,
      fees[i]!,
      volumes[i]!,
      code,
    ]),
    rightAligned: [1, 2, 3, 4, 5],
    flexible: 0,
    omit: able.some(({ move }) => move?.volume !== undefined) ? [] : [5],
    colors,
    width,
  });
}

/** What other channels say beyond what table and heading do: those that cost more and have room need no words. */
function sentences(
  { channels, status, sentence: said }: OrderExplanation,
  colors: Colors,
  width: number,
): string[] {
  const others = channels
    .filter(({ chosen, code, move }) => !chosen && !(code === "DEARER" && move?.hindered.length === 0))
    .filter(({ sentence }) => !said.endsWith(sentence))
    .sort((a, b) => Number(a.charge === null) - Number(b.charge === null) || costOf(a) - costOf(b));
  if (others.length === 0) return [];
  return [
    `${INDENT}${colors.dim(status === "routed" ? "Why not elsewhere" : "Why on no channel")}`,
    ...others.flatMap(({ sentence }) =>
      wrapText(sentence, width - 2 * INDENT.length).map(
        (line, i) => `${INDENT}${i === 0 ? "" : INDENT}${line}`,
      ),
    ),
  ];
}

/** What the certificate's prices ask of the order on each channel. */
function askedTable(
  { channels, worth }: OrderExplanation,
  gap: number | null,
  colors: Colors,
  width: number,
): readonly string[] {
  const asked = channels.flatMap(({ channel, asked: prices }) =>
    prices === null ? [] : [{ channel, prices }],
  );
  if (asked.length === 0 || worth === null) return [];
  const column = (key: keyof (typeof asked)[number]["prices"]) =>
    alignDecimals(asked.map(({ prices }) => group(prices[key] ?? "0")));
  const open = gap === null || gap === 0 ? "" : ` They leave ${formatShare(gap)} of the plan's cost open.`;
  const columns = (
    ["charge", "volume", "package", "limits", "amount", "waiting", "place", "all"] as const
  ).map(column);
  const hasVolume = asked.some(({ prices }) => prices.volume !== undefined);
  const isFree = asked.every(({ prices }) => !/[1-9]/.test(prices.package));
  return [
    ...textTable({
      head: [
        "Certificate asks",
        "Charge",
        "Volume",
        "Package",
        "Limits",
        "Amount",
        "Waiting",
        "Place",
        "All",
      ],
      rows: asked.map(({ channel }, i) => [channel, ...columns.map((texts) => texts[i]!)]),
      rightAligned: [1, 2, 3, 4, 5, 6, 7, 8],
      flexible: 0,
      omit: [
        ...(hasVolume ? [] : [2]),
        ...(isFree ? [3] : []),
        ...(width < (hasVolume ? 100 : 80) ? [4, 5] : []),
      ],
      colors,
      width,
    }),
    ...wrapText(
      `By these prices routing the order is worth ${group(worth)}, and it would pay no more.${open}`,
      width - INDENT.length,
    ).map((line) => `${INDENT}${colors.dim(line)}`),
  ];
}

/** How many orders have which code, after a file of explanations was written. */
export function renderCodes(
  { orders, codes }: { readonly orders: number; readonly codes: readonly { code: string; orders: number }[] },
  file: string,
): string {
  const counts = codes.map(({ orders: count }) => formatCount(count));
  const widest = counts.reduce((most, text) => Math.max(most, text.length), 0);
  const lines = codes.map(({ code }, i) => `${INDENT}${counts[i]!.padStart(widest)}${INDENT}${code}`);
  return `${[`Explained ${plural(orders, "order")} in ${file}`, ...lines].join("\n")}\n`;
}

/** For sorting alone: the own channel first. */
function costOf({ chosen, move }: ChannelExplanation): number {
  return chosen ? Number.NEGATIVE_INFINITY : Number(move?.costs ?? 0);
}

/** With the sign that tells more from less. */
function signed(money: string): string {
  return money.startsWith("-") || /^0+(\.0+)?$/.test(money) ? group(money) : `+${group(money)}`;
}
