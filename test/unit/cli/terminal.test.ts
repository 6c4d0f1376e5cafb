import { describe, expect, it } from "vitest";
import { describeTerminal, fitted, fittedLines } from "../../../src/cli/terminal.js";

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

describe("a sentence", () => {
  const id = "order-".repeat(12);
  const text = `order.dueBy: Order ${id} is late, at 98.81 % of the time. [LATE]`;

  it("is broken for a terminal, ids left whole and percentages with their sign", () => {
    const terminal = { isTerminal: true, color: false, width: 40 };
    expect(fitted(text, terminal).split("\n")).toEqual([
      "order.dueBy: Order",
      `  ${id}`,
      "  is late, at 98.81 % of the time.",
      "  [LATE]",
    ]);
    for (let width = 30; width < 80; width++)
      expect(fitted(text, { ...terminal, width })).not.toMatch(/98\.81\n/);
  });

  it("is one line elsewhere, and moves no cursor there either", () => {
    const pipe = { isTerminal: false, color: false, width: 80 };
    expect(fitted(`${text}\u001b[2J`, pipe)).toBe(`${text}\ufffd[2J`);
  });

  it("is broken line by line where there are several, stacks left as they are", () => {
    const terminal = { isTerminal: true, color: false, width: 40 };
    const stack = "    at somewhere (file:///a/long/path/to/a/module.js:12:34)";
    expect(
      fittedLines(`data is used by process 1; stop that one first [DATA_IN_USE]\n${stack}`, terminal),
    ).toBe(`data is used by process 1; stop that\n  one first [DATA_IN_USE]\n${stack}`);
  });
});
