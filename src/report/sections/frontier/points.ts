import type { FrontierFile, FrontierPoint } from "../../../model/frontierFile.js";
import { MICROS_PER_SECOND } from "../../../model/time.js";
import { formatSpan } from "../../clock.js";
import { plural } from "../../numbers.js";
import type { Outcomes } from "../outcomes.js";

export type FrontierData = Outcomes<FrontierFile>;

/** What a plan has of what cost is held against: `3 h 05 min`, `12 packages`. */
export function valueText(against: FrontierFile["against"], value: number): string {
  return against === "packages"
    ? plural(value, "package")
    : formatSpan(Math.round(value * MICROS_PER_SECOND));
}

/** Its place in the list, from 1 at the cheapest, and what is special about it. */
export function pointName({ points, knee }: FrontierFile, index: number): string {
  const special = [
    index === 0 ? "cheapest" : "",
    index === points.length - 1 && index > 0 ? "last" : "",
    index === knee ? "knee" : "",
  ].filter((word) => word !== "");
  return `${index + 1}${special.length > 0 ? ` (${special.join(", ")})` : ""}`;
}

/** The report of a point's plan, as a link from the page beside its folder; null where plans are not written. */
export function reportLink({ folder }: FrontierPoint): string | null {
  // Not a bare name: `javascript:x` would be an address of its own.
  return folder === null ? null : `./${folder.split("/").map(encodeURIComponent).join("/")}/report.html`;
}
