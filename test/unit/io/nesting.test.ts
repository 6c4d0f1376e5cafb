import { describe, expect, it } from "vitest";
import { parseChannelsObject, readChannels } from "../../../src/io/channelsReader.js";
import { DEEPEST, tooDeepAt } from "../../../src/io/nesting.js";
import { ordersFromObjects, readOrders } from "../../../src/io/ordersReader.js";
import { brief, contract, fileOf, issuesOf } from "./support.js";

/** Each nests lists or mappings as deep as asked, in one line or a line for each level. */
const FORMS: readonly (readonly [what: string, extension: string, text: (depth: number) => string])[] = [
  ["lists in JSON", ".json", (depth) => "[".repeat(depth) + "]".repeat(depth)],
  ["objects in JSON", ".json", (depth) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`],
  ["flow lists in YAML", ".yaml", (depth) => "[".repeat(depth) + "]".repeat(depth)],
  ["flow mappings in YAML", ".yaml", (depth) => `${"{a: ".repeat(depth)}1${"}".repeat(depth)}`],
  ["block lists in YAML", ".yaml", (depth) => `${"- ".repeat(depth)}x`],
  ["keys that are lists in YAML", ".yaml", (depth) => `${"? ".repeat(depth)}x`],
];

const BLOCK_MAPPINGS = (depth: number) =>
  Array.from({ length: depth }, (_, i) => `${" ".repeat(i)}a:${i === depth - 1 ? " x" : ""}`).join("\n");

describe("a channels file that nests too deep", () => {
  it.each(FORMS)("is refused: 20,000 %s", async (_, extension, text) => {
    const issues = await issuesOf(() => readChannels(fileOf(text(20_000), extension)));
    expect(issues.map(brief)).toEqual(["1 - NESTED_TOO_DEEP"]);
    expect(issues[0]!.message).toBe("nests lists or mappings more than 100 levels deep");
    expect(issues[0]!.hint).toContain("brackets");
  });

  it.each([
    ...FORMS.filter(([what]) => !what.startsWith("keys")),
    ["block mappings in YAML", ".yaml", BLOCK_MAPPINGS] as const,
  ])("may have 100 levels and not 101: %s", async (_, extension, text) => {
    const codes = async (depth: number) =>
      (await issuesOf(() => readChannels(fileOf(text(depth), extension)))).map(({ code }) => code);
    expect(await codes(DEEPEST)).not.toContain("NESTED_TOO_DEEP");
    expect(await codes(DEEPEST + 1)).toEqual(["NESTED_TOO_DEEP"]);
  });

  it("is refused where aliases make it so", async () => {
    const lines = Array.from({ length: 300 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}]`);
    const issues = await issuesOf(() => readChannels(fileOf(`a0: &a0 [x]\n${lines.join("\n")}\n`, ".yaml")));
    expect(issues.map(({ code }) => code)).toEqual(["NESTED_TOO_DEEP"]);
  });

  it("is told with the line on which it happens", async () => {
    const text = `{"currency":"CNY",\n"channels":\n${"[\n".repeat(200)}`;
    expect((await issuesOf(() => readChannels(fileOf(text, ".json")))).map(brief)).toEqual([
      "102 - NESTED_TOO_DEEP",
    ]);
    const yaml = `currency: CNY\nchannels:\n${BLOCK_MAPPINGS(200).replaceAll(/^/gm, " ")}`;
    expect((await issuesOf(() => readChannels(fileOf(yaml, ".yaml")))).map(brief)).toEqual([
      expect.stringMatching(/^10[1-4] - NESTED_TOO_DEEP$/),
    ]);
  });

  it("is refused as objects too", async () => {
    let deep: unknown = "x";
    for (let i = 0; i < 20_000; i++) deep = { a: deep };
    const issues = await issuesOf(() => parseChannelsObject({ currency: "CNY", channels: deep }));
    expect(issues.map(({ code }) => code)).toEqual(["NESTED_TOO_DEEP"]);
  });
});

describe("orders that nest too deep", () => {
  const deep = "[".repeat(20_000) + "]".repeat(20_000);

  it("are refused in a JSON array", async () => {
    const text = `[{"id":"1","bank":"A","amount":"1"},\n{"id":"2","bank":"A","amount":"1","memo":${deep}}]`;
    expect((await issuesOf(() => readOrders(fileOf(text, ".json"), contract))).map(brief)).toEqual([
      "2 - NESTED_TOO_DEEP",
    ]);
  });

  it("are refused in NDJSON, the other lines being judged all the same", async () => {
    const text = `{"id":"1","bank":"A","amount":"x"}\n{"id":"2","bank":"A","amount":"1","memo":${deep}}\n`;
    expect((await issuesOf(() => readOrders(fileOf(text, ".ndjson"), contract))).map(brief)).toEqual([
      "1 amount NOT_A_DECIMAL",
      "2 - NESTED_TOO_DEEP",
    ]);
  });

  it("are refused as objects like any list in place of a text", async () => {
    let list: unknown = "x";
    for (let i = 0; i < 20_000; i++) list = [list];
    const issues = await issuesOf(() => ordersFromObjects([{ id: "1", bank: list, amount: "1" }], contract));
    expect(issues.map(brief)).toEqual(["- [0].bank WRONG_TYPE"]);
  });
});

describe("tooDeepAt", () => {
  const levels = "[".repeat(DEEPEST);

  it("counts brackets of the structure alone", () => {
    expect(tooDeepAt(levels)).toBe(-1);
    expect(tooDeepAt(`${levels}[`)).toBe(DEEPEST);
    expect(tooDeepAt(`${levels}"[{"`)).toBe(-1);
    expect(tooDeepAt(`${levels}"\\"[[",{`)).toBe(DEEPEST + 7);
    expect(tooDeepAt(`${levels}"\\\\"[`)).toBe(DEEPEST + 4);
    expect(tooDeepAt(`${levels}"never closed [[`)).toBe(-1);
    expect(tooDeepAt("[],".repeat(1000))).toBe(-1);
    expect(tooDeepAt(`${levels}]{`)).toBe(-1);
  });
});
