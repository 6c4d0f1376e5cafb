import { describe, expect, it } from "vitest";
import { describeTerminal } from "../../../src/cli/terminal.js";

const terminal = { isTTY: true, columns: 120 } as NodeJS.WriteStream;
const pipe = { isTTY: undefined, columns: undefined } as unknown as NodeJS.WriteStream;

describe("terminals", () => {
  it("have colour and their width", () => {
    expect(describeTerminal(terminal, { TERM: "xterm" })).toEqual({
      isTerminal: true,
      color: true,
      width: 120,
    });
  });

  it("are nothing where output is piped, on build servers too", () => {
    expect(describeTerminal(pipe, { CI: "true" })).toEqual({ isTerminal: false, color: false, width: 80 });
  });

  it.each([
    [terminal, { NO_COLOR: "1" }, false],
    [terminal, { NO_COLOR: "" }, true],
    [terminal, { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
    [terminal, { TERM: "dumb" }, false],
    [terminal, { FORCE_COLOR: "0" }, false],
    [pipe, { FORCE_COLOR: "1" }, true],
    [pipe, { FORCE_COLOR: "0" }, false],
  ])("obey NO_COLOR, FORCE_COLOR and TERM: case %#", (stream, env, color) => {
    expect(describeTerminal(stream, env).color).toBe(color);
  });
});
