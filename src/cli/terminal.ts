import pc from "picocolors";
import { printable, wrapWhole } from "../report/textWidth.js";

/** What a command knows of a stream that it writes to. */
export interface Terminal {
  readonly isTerminal: boolean;
  readonly color: boolean;
  readonly width: number;
}

/** Columns where nobody says. */
const DEFAULT_WIDTH = 80;

/**
 * Colour is for terminals that know it; NO_COLOR turns it off and FORCE_COLOR on. Not picocolors' own rule, which
 * colours the logs of build servers too.
 */
export function describeTerminal(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv = process.env): Terminal {
  const isTerminal = stream.isTTY === true;
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "" && env.FORCE_COLOR !== "0";
  const refused = env.NO_COLOR !== undefined && env.NO_COLOR !== "";
  return {
    isTerminal,
    color: !refused && (forced || (isTerminal && env.TERM !== "dumb" && env.FORCE_COLOR !== "0")),
    width: (isTerminal ? stream.columns : undefined) || DEFAULT_WIDTH,
  };
}

export function colorsFor({ color }: Terminal): ReturnType<typeof pc.createColors> {
  return pc.createColors(color);
}

/** A sentence as it is shown: broken for a terminal; elsewhere one line, which other programs look for. */
export function fitted(text: string, { isTerminal, width }: Terminal): string {
  return isTerminal ? wrapWhole(text, width).join("\n") : printable(text);
}

/** Lines as {@link fitted} shows each; those that are set in, as stacks are, stay as they are. */
export function fittedLines(text: string, terminal: Terminal): string {
  const lines = text.split("\n");
  return lines.map((line) => (/^\s/.test(line) ? line : fitted(line, terminal))).join("\n");
}
