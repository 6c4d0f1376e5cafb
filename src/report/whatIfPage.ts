import type { WhatIfFile } from "../model/whatIfFile.js";
import { framed } from "./frame.js";
import { formatCount, plural } from "./numbers.js";
import { originSection } from "./sections/outcomes.js";
import { differenceSection } from "./sections/whatIf/differences.js";
import { figuresSection } from "./sections/whatIf/figures.js";
import { whatIfHeadline } from "./sections/whatIf/headline.js";
import { channelsSection, partsSection } from "./sections/whatIf/makeup.js";
import { moveSection } from "./sections/whatIf/moves.js";
import { sweepSection } from "./sections/whatIf/sweeps.js";

/**
 * `what-if.html`: scenarios beside the base plan, as one page that needs nothing beside it: no network, no script. The same
 * input gives the same bytes.
 *
 * @param exponent decimals of the currency
 */
export function renderWhatIfPage(file: WhatIfFile, exponent: number): string {
  const data = { file, exponent };
  const { base, scenarios, currency } = file;
  return framed({
    title: "What if",
    about: `${plural(scenarios.length, "scenario")} of ${plural(base.counts.orders, "order")} over ${plural(base.channels.length, "channel")}, in ${currency}`,
    headline: whatIfHeadline(data),
    sections: [
      differenceSection(data),
      sweepSection(data),
      partsSection(data),
      channelsSection(data),
      moveSection(data),
      figuresSection(data),
      originSection({ file, plans: [base, ...scenarios] }),
    ],
    foot: `packwright ${file.version}, ${formatCount(scenarios.length)} scenarios. Every figure is from what-if.json beside this page.`,
  });
}
