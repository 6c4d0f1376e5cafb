import type { Contract } from "../model/contract.js";
import type { PlanFile } from "../model/planFile.js";
import type { PackageRow } from "../model/planFolder.js";
import { offsetName, planStart } from "./clock.js";
import { framed } from "./frame.js";
import { plural } from "./numbers.js";
import { drawnChannels } from "./packages.js";
import { baselineSection } from "./sections/baselines.js";
import { channelSection } from "./sections/channels.js";
import { costSection } from "./sections/costs.js";
import { headline } from "./sections/headline.js";
import { footLine, makingSection } from "./sections/making.js";
import { fillSection, queueSection } from "./sections/packages.js";
import type { ReportData } from "./sections/section.js";
import { unroutedSection } from "./sections/unrouted.js";

export interface ReportInput {
  readonly plan: PlanFile;
  readonly contract: Contract;
  readonly packages: readonly PackageRow[];
  /** The page's heading; "Routing plan" by default. */
  readonly title?: string;
}

/**
 * The report of a plan as one HTML page that needs nothing beside it: no network, no script. The same input gives the
 * same bytes.
 */
export function renderReport({ plan, contract, packages, title = "Routing plan" }: ReportInput): string {
  const data: ReportData = { plan, contract, channels: drawnChannels(plan, contract, packages), title };
  return framed({
    title,
    about: about(data),
    headline: headline(data),
    sections: [
      costSection(data),
      plan.baselines.length > 0 ? baselineSection(data) : null,
      channelSection(data),
      queueSection(data),
      fillSection(data),
      unroutedSection(data),
      makingSection(data),
    ],
    foot: footLine(data),
  });
}

/** Which orders, when, and in which currency. */
function about({ plan, contract }: ReportData): string {
  const { planAt, offsetMinutes } = contract;
  const what = `${plural(plan.counts.orders, "order")} over ${plural(plan.channels.length, "channel")}`;
  if (planAt === null) return `${what}, in ${plan.currency}; no time zero`;
  return `${what}, in ${plan.currency}; planned from ${planStart(planAt, offsetMinutes)} (${offsetName(offsetMinutes)})`;
}
