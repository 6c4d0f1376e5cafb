import pc from "picocolors";
import type { DeferredExplanation, Lever } from "../model/explanation.js";
import { formatCount, plural } from "./numbers.js";
import { ownerWords } from "./relaxationWords.js";
import { NARROWEST, wrapText } from "./textWidth.js";

const INDENT = "  ";

/** What would place the deferred orders of a plan, for a terminal; ends in a line break. */
export function renderRelaxations(
  { orders, deferred, relaxations, ofNoUse, untried, placedAgain }: DeferredExplanation,
  { color, width }: { readonly color: boolean; readonly width: number },
): string {
  const colors = pc.createColors(color);
  const columns = Math.max(NARROWEST, width);
  const item = (text: string) =>
    wrapText(text, columns - 2 * INDENT.length).map((line, i) => `${INDENT}${i === 0 ? "" : INDENT}${line}`);
  const title =
    deferred === 0
      ? "No order is deferred."
      : `${formatCount(deferred)} of ${plural(orders, "order")} deferred`;
  const lines = [colors.bold(title)];
  if (deferred === 0) return `${lines.join("\n")}\n`;
  if (placedAgain > 0)
    lines.push(
      ...item(
        `Planning the same contract again places ${formatCount(placedAgain)}; all else is counted from there.`,
      ),
    );
  if (relaxations.length === 0)
    lines.push(...item("No change of one number was found to place any of them."));
  for (const { sentence, searched } of relaxations)
    lines.push(...item(`${sentence}${searched ? "" : " There was no time to look for less."}`));
  lines.push(...listed("Of no use alone", ofNoUse), ...listed("Not tried: no time", untried));
  return `${lines.join("\n")}\n`;

  function listed(head: string, levers: readonly Lever[]): string[] {
    if (levers.length === 0) return [];
    const names = levers.map((lever) =>
      lever.field === "unroutedPenalty" ? lever.field : `${ownerWords(lever)} ${lever.field}`,
    );
    return item(`${head}: ${names.join(", ")}.`).map((line) => colors.dim(line));
  }
}
