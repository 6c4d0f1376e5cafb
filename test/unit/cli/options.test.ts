import { InvalidArgumentError } from "commander";
import { afterEach, describe, expect, it, vi } from "vitest";
import { path, seconds, share, wholeNumber } from "../../../src/cli/options.js";
import { makeProgram } from "../../../src/cli/program.js";

describe("option values", () => {
  const threads = wholeNumber({ from: 1, to: 64, example: 4 });

  it.each([
    [threads, "1", 1],
    [threads, "64", 64],
    [seconds, "0.5", 0.5],
    [seconds, "1000000", 1_000_000],
    [share, "0", 0],
    [share, "1", 1],
    [share, "0.001", 0.001],
    [path, "-", "-"],
  ])("%o reads %s", (read, text, value) => {
    expect(read(text)).toBe(value);
  });

  it.each([
    [threads, ["0", "65", "-1", "1.0", "+1", " 1", "1e1", "", "0x10", "one", "99999999999999999999"]],
    [seconds, ["0", "0.0", "-1", "1000000.1", "1e3", ".5", "5.", "60s", "", "NaN", "Infinity", "1,5"]],
    [share, ["-0.1", "1.0001", "2", "1%", "1e-3", ""]],
    [path, [""]],
  ])("%o refuses what is not plain or out of range, and says what to write", (read, texts) => {
    for (const text of texts) {
      expect(() => read(text), text).toThrow(InvalidArgumentError);
      expect(() => read(text), text).toThrow(/^It must (be|name) a/);
    }
  });
});

describe("wrong use of the service's commands", () => {
  afterEach(() => {
    vi.restoreAllMocks();
    Object.assign(process.stderr, BEFORE);
  });
  const { isTTY, columns } = process.stderr;
  const BEFORE = { isTTY, columns };

  async function told(args: readonly string[], terminal: object): Promise<string> {
    let text = "";
    Object.assign(process.stderr, terminal);
    vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
      text += String(chunk);
      return true;
    });
    const ending = { setExitCode: () => {}, exitNow: () => expect.unreachable() };
    await expect(makeProgram(ending).parseAsync(["node", "packwright", ...args])).rejects.toThrow();
    return text;
  }

  it.each([
    [["serve", "--port", "abc", "--slots", "0", "--grace", "x", "--webhook-hosts", "http://a"], 4],
    [["worker", "--database-url", "postgres://a/b", "--log-level", "loud", "--slots", "1000"], 2],
    [["jobs", "list", "--state", "finished", "--kind", "plans", "--limit", "0"], 3],
    [["keys", "create", "--name", "", "--per-minute", "0"], 2],
    [["keys", "create", "--name", "a\nb"], 1],
  ])("%j is told whole, and fits a terminal", async (args, errors) => {
    const narrow = await told(args, { isTTY: true, columns: 80 });
    for (const line of narrow.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(narrow.match(/^error: /gm)).toHaveLength(errors);
    vi.restoreAllMocks();
    const piped = await told(args, { isTTY: false });
    expect(piped.match(/^error: /gm)).toHaveLength(errors);
    expect(piped.trimEnd().split("\n")).toHaveLength(errors + 1);
  });
});
