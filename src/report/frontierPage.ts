import type { FrontierFile } from "../model/frontierFile.js";
import { framed } from "./frame.js";
import { plural } from "./numbers.js";
import { curveSection } from "./sections/frontier/curve.js";
import { figuresSection } from "./sections/frontier/figures.js";
import { frontierHeadline } from "./sections/frontier/headline.js";
import { originSection } from "./sections/outcomes.js";

/**
 * `frontier.html`: cost against finish or packages, as a page like {@link renderWhatIfPage}. Where plans are written it
 * links to the reports in their folders.
 *
 * @param exponent decimals of the currency
 */
export function renderFrontierPage(file: FrontierFile, exponent: number): string {
  const data = { file, exponent };
  const { points, currency, against, version, searched, dominated, end } = file;
  const { counts, channels } = points[0]!;
  return framed({
    title: against === "packages" ? "Cost against packages" : "Cost against finish",
    about: `${plural(counts.orders, "order")} over ${plural(channels.length, "channel")}, in ${currency}; ${plural(points.length, "plan")} on the frontier`,
    headline: frontierHeadline(data),
    sections: [
      curveSection(data),
      figuresSection(data),
      originSection({
        file,
        plans: points,
        entries: [["Search", `${plural(searched, "plan")} searched, ${dominated} dominated. ${end}`]],
      }),
    ],
    foot: `packwright ${version}, ${plural(points.length, "plan")}. Every figure is from frontier.json beside this page.`,
  });
}
