/**
 * HTML from templates in which every interpolated text is escaped. Ids, banks and file names are the user's input, so
 * escaping is what happens unless something already is {@link Markup}.
 */
export class Markup {
  constructor(readonly source: string) {}
  toString(): string {
    return this.source;
  }
}

export type Piece = Markup | string | number | null | undefined | false | readonly Piece[];

/** Control characters and those that turn the reading direction have no place here; U+FFFD shows that one was there. */
const UNSAFE = /(?![\t\n\r])\p{Cc}|[\p{Cs}\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu;
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as it may stand in an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(UNSAFE, "\ufffd").replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** Template tag: the literal parts are markup, everything else is escaped; null, undefined and false are nothing. */
export function html(literals: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  let source = literals[0]!;
  pieces.forEach((piece, i) => {
    source += sourceOf(piece) + literals[i + 1]!;
  });
  return new Markup(source);
}

function sourceOf(piece: Piece): string {
  if (piece instanceof Markup) return piece.source;
  if (piece === null || piece === undefined || piece === false) return "";
  if (typeof piece === "object") return piece.map(sourceOf).join("");
  return escapeHtml(String(piece));
}

/** Characters from which on an id may be broken over lines. */
const LONG_ID = 24;

/** An id or name from the user's files: isolated, so that right-to-left text cannot reorder what surrounds it. */
export function named(text: string): Markup {
  return html`<bdi class="${text.length > LONG_ID ? "id long" : "id"}">${text}</bdi>`;
}
