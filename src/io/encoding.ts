import { isUtf8 } from "node:buffer";
import type { Issue } from "../model/issue.js";

/** Encodings that are named in messages; `iconv` knows all of them by these names. */
export type OtherEncoding = "UTF-16LE" | "UTF-16BE" | "GB18030" | "ISO-8859-1";

const NAMES: Readonly<Record<OtherEncoding, string>> = {
  "UTF-16LE": "UTF-16",
  "UTF-16BE": "UTF-16",
  GB18030: "GBK (GB18030)",
  "ISO-8859-1": "Latin-1 (ISO 8859-1 or Windows-1252), or another single-byte encoding",
};

/**
 * Names the encoding of bytes that should be UTF-8; null where they are.
 *
 * @param bytes a whole file, or its beginning cut between characters
 */
export function otherEncoding(bytes: Uint8Array): OtherEncoding | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "UTF-16LE";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "UTF-16BE";
  const wide = wideEncoding(bytes.subarray(0, 4096));
  if (wide !== null) return wide;
  if (isUtf8(bytes)) return null;
  return looksChinese(bytes) ? "GB18030" : "ISO-8859-1";
}

/** UTF-16 without a byte order mark: most of a data file is ASCII, so every second byte is zero. */
function wideEncoding(bytes: Uint8Array): OtherEncoding | null {
  let even = 0;
  let odd = 0;
  for (let i = 0; i < bytes.length; i++)
    if (bytes[i] === 0) {
      if (i % 2 === 0) even++;
      else odd++;
    }
  const most = bytes.length / 4;
  if (odd > most && even < most / 4) return "UTF-16LE";
  if (even > most && odd < most / 4) return "UTF-16BE";
  return null;
}

/**
 * Whether text that is not UTF-8 is GB18030: its common characters are pairs of bytes that begin with 0xB0 to 0xD7 (or
 * 0xA1 to 0xA3, punctuation), whereas accented letters of a single-byte encoding are mostly above and stand alone.
 */
function looksChinese(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("gb18030", { fatal: true }).decode(bytes);
  } catch {
    return false;
  }
  let pairs = 0;
  let others = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i]! < 0x80) continue;
    const common = (bytes[i]! >= 0xb0 && bytes[i]! <= 0xd7) || (bytes[i]! >= 0xa1 && bytes[i]! <= 0xa3);
    if (common && (bytes[i + 1] ?? 0) >= 0xa1) pairs++;
    else others++;
    i++;
  }
  return pairs >= others;
}

/** The complaint about a file in another encoding, at the first line that shows it. */
export function encodingIssue(file: string, bytes: Uint8Array, encoding: OtherEncoding): Issue {
  const wide = encoding.startsWith("UTF-16");
  return {
    code: "WRONG_ENCODING",
    file,
    ...(wide ? {} : { line: lineOfFirstBadByte(bytes) }),
    message: `is ${NAMES[encoding]}, not UTF-8`,
    hint: `Convert it: iconv -f ${encoding} -t UTF-8 ${shellWord(file)} > utf8-${shellWord(baseName(file))}`,
  };
}

function lineOfFirstBadByte(bytes: Uint8Array): number {
  // A line feed is never part of a longer character, so lines can be judged one by one.
  let line = 1;
  for (let start = 0; ; line++) {
    const end = bytes.indexOf(10, start);
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
  }
}

/** The length, at most `end`, up to which UTF-8 bytes hold no character that is cut off. */
export function wholeCharacters(bytes: Uint8Array, end: number): number {
  for (let back = 1; back <= 3 && back <= end; back++) {
    const byte = bytes[end - back]!;
    if (byte < 0x80) return end;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return back < length ? end - back : end;
    }
  }
  return end;
}

function baseName(file: string): string {
  return file.split(/[\\/]/).pop() ?? file;
}

function shellWord(word: string): string {
  return /^[\w./\\:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
