/** Widths in terminal cells, and text that is safe to send to one. */

const segments = new Intl.Segmenter("en", { granularity: "grapheme" });
const WIDE =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const COMBINING = /[\u0300-\u036f]/;
/** Control, bidirectional and other invisible characters: in a terminal they could move the cursor or hide text. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/** The text without characters that would do something to a terminal; U+FFFD stands where one was. */
export function printable(text: string): string {
  return text.replace(UNSAFE, "\ufffd");
}

/**
 * Cells that printable text takes at most: 2 for wide characters. Terminals and table libraries differ on emoji
 * sequences and on marks outside Latin; each character is counted, so that none of them finds the text wider.
 */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (WIDE.test(character) || character === "\ufe0f") width += 2;
    else if (!COMBINING.test(character)) width += 1;
  }
  return width;
}

/** The text in at most `most` cells, its end replaced by `…` where it is longer. Never splits a character. */
export function truncateCells(text: string, most: number): string {
  const safe = printable(text);
  if (textWidth(safe) <= most) return safe;
  let kept = "";
  let width = 0;
  for (const { segment } of segments.segment(safe)) {
    width += textWidth(segment);
    if (width > most - 1) break;
    kept += segment;
  }
  return most > 0 ? `${kept}…` : "";
}

/** Breaks a text between words into lines of at most `most` cells; a longer word is truncated. */
export function wrapText(text: string, most: number): readonly string[] {
  return broken(text, most, (word) => truncateCells(word, most));
}

/** As {@link wrapText}, lines after the first set in by two cells, and longer words left whole: ids and paths are copied. */
export function wrapWhole(text: string, most: number): readonly string[] {
  return broken(text, most - 2, (word) => word).map((line, i) => (i === 0 ? line : `  ${line}`));
}

function broken(text: string, most: number, fit: (word: string) => string): readonly string[] {
  const lines: string[] = [];
  let line = "";
  // A percentage stays with its sign.
  for (const word of printable(text).split(/ (?!%)/)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (textWidth(longer) <= most) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    line = fit(word);
  }
  return line === "" ? lines : [...lines, line];
}

/** Columns that a terminal is taken to have at least. */
export const NARROWEST = 60;

/** Blocks of lines with an empty line between them; those without lines are left out. Ends in a line break. */
export function paragraphs(blocks: readonly (readonly string[])[]): string {
  const told = blocks.filter((lines) => lines.length > 0);
  return `${told.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}
