import type { Contract } from "../../model/contract.js";
import type { PlanFile } from "../../model/planFile.js";
import { html, type Markup, type Piece } from "../markup.js";
import type { DrawnChannel } from "../packages.js";

/** What every section of the page is made from. */
export interface ReportData {
  readonly plan: PlanFile;
  readonly contract: Contract;
  readonly channels: readonly DrawnChannel[];
  readonly title: string;
}

export interface Section {
  readonly id: string;
  readonly title: string;
  /** Its name in the list of sections. */
  readonly short: string;
  readonly body: Markup;
}

export function section({ id, title, body }: Section): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${title}</h2>
${body}
</section>
`;
}

/** A paragraph that says what the next thing is, for those who see it for the first time. */
export function lead(text: Piece): Markup {
  return html`<p class="lead">${text}</p>`;
}
