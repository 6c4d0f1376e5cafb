import { patterns } from "./drawing.js";
import { html, type Markup, type Piece } from "./markup.js";
import { page } from "./page.js";
import { type Section, section } from "./sections/section.js";

/** What every page is: a heading, a list of its sections, what is to be seen first, the sections, a foot. */
export interface FrameInput {
  readonly title: string;
  /** What it is about, in a line below the heading. */
  readonly about: Piece;
  readonly headline: Markup;
  /** Null for those that have nothing to show. */
  readonly sections: readonly (Section | null)[];
  readonly foot: Piece;
}

/** @returns the document */
export function framed({ title, about, headline, sections, foot }: FrameInput): string {
  const shown = sections.filter((entry): entry is Section => entry !== null);
  const body = html`${patterns()}
<div class="page">
<header>
<h1>${title}</h1>
<p class="about">${about}</p>
<nav aria-label="Sections"><ul>${shown.map(({ id, short }) => html`<li><a href="#${id}">${short}</a></li>`)}</ul></nav>
</header>
<main>
${headline}
${shown.map(section)}</main>
<footer>${foot}</footer>
</div>`;
  return page({ title, body });
}
