import type { Coverage, ValidationResult } from "../app/validateInput.js";
import type { Channel, Contract } from "../model/contract.js";
import { formatIssue } from "../model/issue.js";
import { formatCount, formatShare, group, plural } from "../report/numbers.js";
import { textTable } from "../report/textTable.js";
import { printable, wrapText } from "../report/textWidth.js";
import { REASON_TEXT } from "../report/words.js";
import { colorsFor, type Terminal } from "./terminal.js";

/** The most banks that are named where none of them is covered. */
const MOST_BANKS = 20;

/** What `validate` says of inputs without a problem, ending in a line break. */
export function renderValidation(
  { contract, coverage, warnings }: ValidationResult,
  terminal: Terminal,
): string {
  const blocks = [
    coverage === undefined ? channelBlocks(contract, terminal) : orderBlocks(contract, coverage, terminal),
    warningBlock(warnings, terminal),
  ].flat();
  return `${blocks.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

type Lines = readonly string[];

function channelBlocks(contract: Contract, terminal: Terminal): Lines[] {
  const { channels, currency } = contract;
  return [
    [`${plural(channels.length, "channel")}, ${currency}; nothing is wrong with them`],
    textTable({
      head: ["Channel", "Mode", "Rules", "Banks it covers"],
      rows: channels.map((channel) => [
        channel.id,
        channel.mode,
        formatCount(channel.coverage.length),
        banksOf(channel),
      ]),
      rightAligned: [2],
      flexible: 3,
      colors: colorsFor(terminal),
      width: terminal.width,
    }),
  ];
}

/** `all but 12`, or the number of banks that some rule names. */
function banksOf({ coverage }: Channel): string {
  const open = coverage.filter(({ banks }) => banks === null);
  const named = new Set(coverage.flatMap(({ banks }) => banks ?? []));
  if (open.length === 0) return formatCount(named.size);
  const closed = open
    .map(({ except }) => except.filter((bank) => !named.has(bank)))
    .reduce((least, except) => (except.length < least.length ? except : least));
  return closed.length === 0 ? "all" : `all but ${formatCount(closed.length)}`;
}

function orderBlocks(contract: Contract, coverage: Coverage, terminal: Terminal): Lines[] {
  const { orders, amount, rejected, channels, byChannelCount, uncoveredBanks } = coverage;
  const colors = colorsFor(terminal);
  const share = (count: number) => formatShare(orders === 0 ? 0 : count / orders);
  const refused = rejected.reduce((sum, { orders: count }) => sum + count, 0);
  const table = { colors, width: terminal.width, flexible: 0 };
  const blocks: Lines[] = [
    [
      `${plural(orders, "order")}, ${contract.currency} ${group(amount)}; nothing is wrong with the inputs`,
      `${formatCount(orders - refused)} could be routed (${share(orders - refused)}), ${formatCount(refused)} would be rejected`,
    ],
    textTable({
      ...table,
      head: ["Channel", "Covers", "Could take", "Share", "Cheapest for"],
      rows: channels.map(({ id, covers, couldTake, cheapestFor }) => [
        id,
        formatCount(covers),
        formatCount(couldTake),
        share(couldTake),
        formatCount(cheapestFor),
      ]),
      rightAligned: [1, 2, 3, 4],
    }),
    textTable({
      ...table,
      head: ["Channels that could take an order", "Orders", "Share"],
      rows: byChannelCount.flatMap((count, n) =>
        count === 0 ? [] : [[n === 0 ? "none" : formatCount(n), formatCount(count), share(count)]],
      ),
      rightAligned: [1, 2],
    }),
  ];
  if (rejected.length > 0) {
    blocks.push(
      textTable({
        ...table,
        head: ["Rejected", "Orders", "Why"],
        rows: [...rejected]
          .sort((a, b) => b.orders - a.orders)
          .map(({ reason, orders: count }) => [reason, formatCount(count), REASON_TEXT[reason].brief]),
        rightAligned: [1],
        flexible: 2,
      }),
    );
  }
  // An order with mandates on some channels only may meet a bank that others cover.
  const [outside, restricted] = [false, true].map((covered) =>
    uncoveredBanks.filter(({ bank }) => isCovered(contract, bank) === covered),
  );
  blocks.push(
    ...bankBlock("Banks that no channel covers, with their orders", outside!, terminal),
    ...bankBlock("Banks that the channels permitted to the order do not cover", restricted!, terminal),
  );
  return blocks;
}

function isCovered({ channels }: Contract, bank: string): boolean {
  return channels.some(({ coverage }) =>
    coverage.some(({ banks, except }) => (banks === null || banks.includes(bank)) && !except.includes(bank)),
  );
}

function bankBlock(title: string, banks: Coverage["uncoveredBanks"], terminal: Terminal): Lines[] {
  if (banks.length === 0) return [];
  const named = banks.slice(0, MOST_BANKS).map(({ bank, orders }) => `${bank} (${formatCount(orders)})`);
  const more = banks.length - named.length;
  const list = `${named.join(", ")}${more > 0 ? `, and ${formatCount(more)} more` : ""}`;
  return [wrapText(`${title}: ${list}`, terminal.width)];
}

/** Whole, however wide: a place and a path have to stay in one piece. */
function warningBlock(warnings: ValidationResult["warnings"], terminal: Terminal): Lines[] {
  if (warnings.length === 0) return [];
  const colors = colorsFor(terminal);
  return [
    [
      colors.yellow(plural(warnings.length, "warning")),
      ...warnings.map((issue) => printable(formatIssue(issue))),
    ],
  ];
}
