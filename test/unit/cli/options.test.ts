import { InvalidArgumentError } from "commander";
import { describe, expect, it } from "vitest";
import { path, seconds, share, wholeNumber } from "../../../src/cli/options.js";

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
