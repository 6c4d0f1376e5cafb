import { isUtf8 } from "node:buffer";
import { InputError } from "../model/issue.js";
import { encodingIssue, otherEncoding, wholeCharacters } from "./encoding.js";
import { eachPiece, headOf } from "./orderSource.js";

/**
 * Hands over a file's text in pieces, its byte order mark left out.
 *
 * @param file its name in messages
 * @throws InputError where it is not UTF-8, with the line
 */
export async function eachTextPiece(
  file: string,
  path: string,
  visit: (text: string) => void,
): Promise<void> {
  mustBeUtf8Head(file, await headOf(path));
  let rest: Buffer = Buffer.alloc(0);
  let first = true;
  let lines = 0;
  const take = (bytes: Buffer) => {
    if (!isUtf8(bytes)) throw notUtf8(file, bytes, lines);
    const text = bytes.toString("utf8");
    visit(first ? text.replace(/^\uFEFF/, "") : text);
    first = false;
    for (let i = bytes.indexOf(10); i >= 0; i = bytes.indexOf(10, i + 1)) lines++;
  };
  await eachPiece(path, (piece) => {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const end = wholeCharacters(bytes, bytes.length);
    rest = Buffer.from(bytes.subarray(end));
    take(bytes.subarray(0, end));
  });
  if (rest.length > 0) take(rest);
}

/** @throws InputError where a file's beginning shows that it is not UTF-8 */
export function mustBeUtf8Head(file: string, head: Buffer): void {
  const whole = head.subarray(0, wholeCharacters(head, head.length));
  if (otherEncoding(whole) !== null) throw notUtf8(file, whole, 0);
}

function notUtf8(file: string, bytes: Buffer, linesBefore: number): InputError {
  const issue = encodingIssue(file, bytes, otherEncoding(bytes) ?? "ISO-8859-1");
  return new InputError([issue.line === undefined ? issue : { ...issue, line: issue.line + linesBefore }]);
}
