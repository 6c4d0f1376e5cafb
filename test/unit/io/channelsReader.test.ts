import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseChannelsObject, readChannels } from "../../../src/io/channelsReader.js";
import { brief, fileOf, folder, inputErrorOf, issuesOf } from "./support.js";

const YAML = `currency: CNY
channels:
  - id: a
    mode: batch
    coverage:
      - banks: [0102, NO, 1e3]
        where: { vip: [true, 007] }
    fee: { flat: "0.40" }
`;

const JSON_TEXT = `{
  "currency": "CNY",
  "channels": [
    { "id": "a", "mode": "batch",
      "coverage": [{ "banks": "*" }],
      "fee": { "flat": 0.40 } }
  ]
}`;

const broken = (text: string, extension = ".yaml") => issuesOf(() => readChannels(fileOf(text, extension)));

describe("readChannels, YAML", () => {
  it("keeps source text: 0102 stays 0102", async () => {
    const { contract, sha256, file, text } = await readChannels(fileOf(YAML, ".yaml"));
    const [rule] = contract.channels[0]!.coverage;
    expect(rule!.banks).toEqual(["0102", "NO", "1e3"]);
    expect(rule!.where).toEqual([{ attribute: "vip", values: ["true", "007"] }]);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(file).toMatch(/\.yaml$/);
    expect(text).toBe(YAML);
  });

  it("takes a byte order mark and CRLF", async () => {
    const { contract } = await readChannels(fileOf(`\uFEFF${YAML.replaceAll("\n", "\r\n")}`, ".yaml"));
    expect(contract.channels[0]!.id).toBe("a");
  });

  it("follows anchors and aliases", async () => {
    const { contract } = await readChannels(
      fileOf(
        `currency: CNY
channels:
  - { id: a, mode: batch, coverage: &all [{ banks: "*" }], fee: &fee { flat: "1" } }
  - { id: b, mode: single, coverage: *all, fee: *fee }
`,
        ".yml",
      ),
    );
    expect(contract.channels[1]!.coverage[0]!.fee.tiers[0]!.flat).toBe(100_000_000n);
  });

  it.each([
    ["1e3", "NOT_A_DECIMAL"],
    ["-1", "NOT_A_DECIMAL"],
    ['"1,000.00"', "NOT_A_DECIMAL"],
    ["12345678901234567.89", "NUMBER_TOO_LONG"],
    ["0.123456789", "TOO_MANY_DECIMALS"],
    ["", "NOT_A_DECIMAL"],
  ])("complains about the fee %s", async (flat, code) => {
    const [issue, ...others] = await broken(YAML.replace('"0.40"', flat));
    expect(others).toEqual([]);
    expect(brief(issue!)).toBe(`8 channels[0].fee.flat ${code}`);
  });

  it("names the nearest key, at the key's line", async () => {
    const [issue] = await broken(
      YAML.replace("    mode: batch\n", "    mode: batch\n    limts: { maxOrders: 1 }\n"),
    );
    expect(brief(issue!)).toBe("5 channels[0].limts UNKNOWN_KEY");
    expect(issue!.hint).toBe('Did you mean "limits"?');
  });

  it("puts a missing field at the line of what lacks it", async () => {
    const issues = await broken(YAML.replace("    mode: batch\n", "").replace("currency: CNY\n", ""));
    expect(issues.map(brief)).toEqual(["1 currency MISSING_FIELD", "2 channels[0].mode MISSING_FIELD"]);
  });

  it("takes null and ~ for absent", async () => {
    const { contract } = await readChannels(fileOf(`${YAML}    limits: null\n    queue: ~\n`, ".yaml"));
    expect(contract.channels[0]!.limits.maxOrders).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    ["duplicate key", `${YAML}currency: EUR\n`, "9 - DUPLICATE_KEY"],
    ["tab", YAML.replace("    mode", "\tmode"), "4 - TAB_AS_INDENT"],
    ["unclosed bracket", YAML.replace("1e3]", "1e3"), "7 - NOT_YAML"],
    ["second document", `${YAML}---\na: b\n`, "9 - MANY_DOCUMENTS"],
    ["unknown alias", YAML.replace("[0102, NO, 1e3]", "*none"), "6 channels[0].coverage[0].banks NOT_YAML"],
    [
      "recursion",
      YAML.replace("coverage:", "coverage: &x").replace("[true, 007]", "*x"),
      "7 channels[0].coverage[0].where.vip NOT_YAML",
    ],
    ["tag", YAML.replace("[0102, NO, 1e3]", "!!binary aGk="), "6 channels[0].coverage[0].banks UNKNOWN_TAG"],
    ["complex key", "? [a, b]\n: c\n", "1  WRONG_TYPE"],
    ["comment alone", "# nothing\n", "- - EMPTY_FILE"],
  ])("complains about a %s", async (_, text, expected) => {
    expect((await broken(text)).map(brief)).toContain(expected);
  });

  it("does not unfold aliases without end", async () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) =>
        `k${i}: &k${i} [${Array.from({ length: 10 }, () => (i === 0 ? "x" : `*k${i - 1}`)).join(", ")}]`,
    );
    expect((await broken(levels.join("\n"))).map((issue) => issue.code)).toEqual(["TOO_MANY_ALIASES"]);
  });

  it("treats __proto__ as an unknown key", async () => {
    expect((await broken(`${YAML}__proto__: { currency: EUR }\n`)).map(brief)).toContain(
      "9 __proto__ UNKNOWN_KEY",
    );
  });
});

describe("readChannels, JSON", () => {
  it("reads numbers by their source text", async () => {
    const { contract } = await readChannels(fileOf(JSON_TEXT, ".json"));
    expect(contract.channels[0]!.coverage[0]!.fee.tiers[0]!.flat).toBe(40_000_000n);
  });

  it("takes null for absent", async () => {
    const text = JSON_TEXT.replace('"mode"', '"limits": null, "mode"');
    expect((await readChannels(fileOf(text, ".json"))).contract.channels).toHaveLength(1);
  });

  it.each([
    [
      "long number",
      JSON_TEXT.replace("0.40", "12345678901234567.89"),
      "6 channels[0].fee.flat NUMBER_TOO_LONG",
    ],
    ["exponent", JSON_TEXT.replace("0.40", "1e3"), "6 channels[0].fee.flat NOT_A_DECIMAL"],
    [
      "unknown key",
      JSON_TEXT.replace('"fee"', '"fees"'),
      "6 channels[0].fees UNKNOWN_KEY",
      "5 channels[0].coverage[0].fee MISSING_FIELD",
    ],
    ["missing comma", JSON_TEXT.replace('"CNY",', '"CNY"'), "3 - NOT_JSON"],
    [
      "duplicate key",
      JSON_TEXT.replace('"currency": "CNY",', '"currency": "CNY",\n"currency": "EUR",'),
      "3 - DUPLICATE_KEY",
    ],
    ["comment", `// no\n${JSON_TEXT}`, "1 - NOT_JSON"],
    ["tabs", JSON_TEXT.replaceAll("  ", "\t").replace("0.40", '"x"'), "6 channels[0].fee.flat NOT_A_DECIMAL"],
  ])("complains about a %s", async (_, text, ...expected) => {
    expect((await broken(text, ".json")).map(brief)).toEqual(expected);
  });
});

describe("readChannels, files", () => {
  it.each([
    ["missing", join(folder, "none.yaml"), "FILE_NOT_FOUND"],
    ["a folder", folder, "NOT_A_FILE"],
    ["below a file", join(fileOf(YAML, ".yaml"), "x.yaml"), "FILE_NOT_FOUND"],
    ["empty", fileOf("", ".yaml"), "EMPTY_FILE"],
    ["blank", fileOf("\uFEFF \n", ".json"), "EMPTY_FILE"],
  ])("%s", async (_, path, code) => {
    const [issue] = await issuesOf(() => readChannels(path));
    expect(issue!.code).toBe(code);
    expect(issue!.file).toBe(path);
  });

  it("names GBK, with the first line that shows it", async () => {
    const gbk = Buffer.concat([
      Buffer.from("currency: CNY\n# "),
      Buffer.from([0xd6, 0xd0, 0xb9, 0xfa, 0xd2, 0xf8, 0xd0, 0xd0]),
      Buffer.from(`\n${YAML.slice(14)}`),
    ]);
    const [issue] = await issuesOf(() => readChannels(fileOf(gbk, ".yaml")));
    expect(brief(issue!)).toBe("2 - WRONG_ENCODING");
    expect(issue!.message).toContain("GBK");
    expect(issue!.hint).toContain("iconv -f GB18030 -t UTF-8");
  });

  it.each([
    ["UTF-16 with a mark", Buffer.from(`\uFEFF${YAML}`, "utf16le"), "UTF-16LE"],
    ["UTF-16 without one", Buffer.from(YAML, "utf16le"), "UTF-16LE"],
    ["big-endian UTF-16", Buffer.from(YAML, "utf16le").swap16(), "UTF-16BE"],
    ["Latin-1", Buffer.from(YAML.replace("id: a", "id: créé"), "latin1"), "ISO-8859-1"],
  ])("names %s", async (_, bytes, encoding) => {
    const [issue] = await issuesOf(() => readChannels(fileOf(bytes, ".yaml")));
    expect(issue!.code).toBe("WRONG_ENCODING");
    expect(issue!.hint).toContain(`iconv -f ${encoding}`);
  });

  it("reads a folder's name with blanks", async () => {
    mkdirSync(join(folder, "a b"));
    expect((await inputErrorOf(() => readChannels(join(folder, "a b", "c.yaml")))).total).toBe(1);
  });
});

describe("parseChannelsObject", () => {
  const channels = [{ id: "a", mode: "batch", coverage: [{ banks: "*" }], fee: { flat: 0.4 } }];

  it("takes numbers by their decimal text, dates as instants, null as absent", () => {
    const contract = parseChannelsObject({
      currency: "CNY",
      planAt: new Date("2026-11-22T14:00:00Z"),
      quotas: null,
      channels,
    });
    expect(contract.channels[0]!.coverage[0]!.fee.tiers[0]!.flat).toBe(40_000_000n);
    expect(contract.planAt).toBe(Date.UTC(2026, 10, 22, 14) * 1000);
  });

  it.each([0.1 + 0.2, 1e21, Number.NaN, Number.POSITIVE_INFINITY])("refuses the number %s", async (flat) => {
    const issues = await issuesOf(() =>
      parseChannelsObject({ currency: "CNY", channels: [{ ...channels[0], fee: { flat } }] }),
    );
    expect(issues.map(brief)).toEqual(["- channels[0].fee.flat NUMBER_TOO_LONG"]);
  });

  it.each([[null], [undefined], ["text"], [[]], [7]])("refuses %j", async (value) => {
    expect((await issuesOf(() => parseChannelsObject(value))).length).toBeGreaterThan(0);
  });

  it("refuses a structure that holds itself", async () => {
    const loop: Record<string, unknown> = { currency: "CNY" };
    loop.channels = loop;
    expect((await issuesOf(() => parseChannelsObject(loop))).map(brief)).toEqual(["- channels WRONG_TYPE"]);
  });
});
