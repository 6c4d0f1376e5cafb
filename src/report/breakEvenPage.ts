import type { BreakEvenFile } from "../model/breakEvenFile.js";
import { framed } from "./frame.js";
import { html } from "./markup.js";
import { group, plural } from "./numbers.js";
import { curveSection } from "./sections/breakEven/curve.js";
import { figuresSection } from "./sections/breakEven/figures.js";
import { breakEvenHeadline } from "./sections/breakEven/headline.js";
import { originSection } from "./sections/outcomes.js";

/**
 * `break-even.html`: cost over one field, as a page like {@link renderWhatIfPage}.
 *
 * @param exponent decimals of the currency
 */
export function renderBreakEvenPage(file: BreakEvenFile, exponent: number): string {
  const data = { file, exponent };
  const { plans, currency, method, why, version } = file;
  const { counts, channels } = plans[0]!;
  return framed({
    title: "Break-even",
    about: html`${plural(counts.orders, "order")} over ${plural(channels.length, "channel")}, in ${currency}; <code>${file.parameter.path}</code> from ${group(file.from)} to ${group(file.to)}, ${method}`,
    headline: breakEvenHeadline(data),
    sections: [
      curveSection(data),
      figuresSection(data),
      originSection({ file, plans, entries: [["Method", html`${method}. ${why}`]] }),
    ],
    foot: `packwright ${version}, ${plural(plans.length, "plan")}. Every figure is from break-even.json beside this page.`,
  });
}
