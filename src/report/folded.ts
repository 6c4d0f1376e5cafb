import { html, type Markup } from "./markup.js";
import { plural } from "./numbers.js";

/** Entries of a long list that are seen at once, and those that there are at all: more are what the tables are for. */
const OPEN = 24;
export const MOST_SHOWN = 250;

/**
 * A list of which the beginning is seen, the rest folded away, and what is beyond {@link MOST_SHOWN} left to a file.
 *
 * @param render a part of the list, with the index of its first entry
 * @param word of one entry
 * @param file where all are
 */
export function folded<Entry>(
  entries: readonly Entry[],
  render: (part: readonly Entry[], first: number) => Markup,
  { word, file }: { readonly word: string; readonly file: string },
): Markup {
  const rest = entries.slice(OPEN, MOST_SHOWN);
  return html`${render(entries.slice(0, OPEN), 0)}${
    rest.length > 0 &&
    html`<details><summary>${plural(rest.length, `more ${word}`)}</summary>${render(rest, OPEN)}</details>`
  }${entries.length > MOST_SHOWN && html`<p class="note">${file} has all ${plural(entries.length, word)}.</p>`}`;
}
