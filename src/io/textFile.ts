import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { InputError } from "../model/issue.js";
import { encodingIssue, otherEncoding } from "./encoding.js";
import { asInputError, fileError } from "./fileErrors.js";

export interface TextFile {
  /** As the caller named it. */
  readonly file: string;
  readonly text: string;
  /** Of the bytes as they are, in hex. */
  readonly sha256: string;
}

/**
 * Reads a small UTF-8 file (with or without a byte order mark) whole.
 *
 * @throws InputError where it is missing, a folder, unreadable, empty or in another encoding
 */
export async function readTextFile(file: string): Promise<TextFile> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw asInputError(file, error);
  }
  const encoding = otherEncoding(bytes);
  if (encoding !== null) throw new InputError([encodingIssue(file, bytes, encoding)]);
  const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
  if (text.trim() === "")
    throw fileError(file, { code: "EMPTY_FILE", message: "is empty", hint: "Is it the right file?" });
  return { file, text, sha256: createHash("sha256").update(bytes).digest("hex") };
}
