import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { textTree } from "../../../src/generate/form.js";
import { parseChannels } from "../../../src/model/channelsFile.js";
import { conv } from "../../conformance/convert.mjs";
import { bppCases, readBpp } from "./bpp.js";
import { cflpCases, readCflp } from "./cflp.js";
import { type PublicInstance, writePublicInstance } from "./instanceFiles.js";
import { actualCost, januaryRates, type PspAttempt, parseAttempts, pspInstance, readPsp } from "./psp.js";
import { withPublicData } from "./publicData.js";
import { readVsbpp, vsbppCases } from "./vsbpp.js";

type Convert = (file: string, dir: string) => void;

/** Both writers must agree to the byte. */
function expectSameFiles(instance: PublicInstance, convert: Convert, file: string): void {
  const root = mkdtempSync(join(tmpdir(), "packwright-public-"));
  try {
    const [ours, theirs] = [join(root, "ours"), join(root, "theirs")];
    writePublicInstance(ours, instance);
    convert(file, theirs);
    for (const name of ["channels.json", "orders.csv"])
      expect(readFileSync(join(ours, name), "utf8")).toBe(readFileSync(join(theirs, name), "utf8"));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

describe("withPublicData", () => {
  it("says what is left out and why", () => {
    const { PACKWRIGHT_DATA: before } = process.env;
    try {
      delete process.env.PACKWRIGHT_DATA;
      const data = withPublicData("bpp");
      expect(data.missing).toBe(true);
      expect(data.title("packing")).toBe("packing [left out: PACKWRIGHT_DATA is not set]");
    } finally {
      if (before !== undefined) process.env.PACKWRIGHT_DATA = before;
    }
  });
});

const bpp = withPublicData("bpp");
describe.skipIf(bpp.missing)(bpp.title("bin packing"), () => {
  it("is converted as by the conformance script, with its optima", () => {
    const cases = bppCases(bpp.folder);
    expect(cases.length).toBeGreaterThan(0);
    const { file, optimum } = cases[0]!;
    expect(optimum).toBe(48);
    expectSameFiles(readBpp(file), conv.bpp, file);
    for (const { file: each } of cases) parseChannels(textTree(readBpp(each).channels));
  });
});

const vsbpp = withPublicData("vsbpp");
describe.skipIf(vsbpp.missing)(vsbpp.title("bin packing with bins of several sizes"), () => {
  it("is converted as by the conformance script, with its optima", () => {
    const cases = vsbppCases(vsbpp.folder);
    const { file, optimum, orders } = cases[0]!;
    expect(optimum).toBe(1280);
    expectSameFiles(readVsbpp(file), (from, to) => conv.vsbpp(from, to, undefined), file);
    expectSameFiles(readVsbpp(file, { unlimited: true }), (from, to) => conv.vsbpp(from, to, true), file);
    expect(readVsbpp(file).orders.rows).toHaveLength(orders);
    for (const { file: each } of cases) parseChannels(textTree(readVsbpp(each).channels));
  });
});

const cflp = withPublicData("cflp");
describe.skipIf(cflp.missing)(cflp.title("warehouse location"), () => {
  it("is converted as by the conformance script, with its optima", () => {
    const cases = cflpCases(cflp.folder);
    const { file, optimum, orders } = cases[0]!;
    expect(optimum).toBe(1040444.375);
    expectSameFiles(readCflp(file), conv.cflp, file);
    expect(readCflp(file).orders.rows).toHaveLength(orders);
    for (const { file: each } of cases) parseChannels(textTree(readCflp(each).channels));
  });
});

describe("success rates of January", () => {
  const attempt = (fields: Partial<PspAttempt>): PspAttempt => ({
    row: "0",
    month: "2019-01",
    country: "Germany",
    card: "Visa",
    provider: "A",
    secure: false,
    success: false,
    amount: "10",
    ...fields,
  });

  it("pull small cells towards their group and know nothing of February", () => {
    const january = [
      ...Array.from({ length: 100 }, (_, i) => attempt({ success: i < 40 })),
      ...Array.from({ length: 100 }, () => attempt({ card: "Master", country: "Austria" })),
    ];
    const rate = januaryRates([...january, attempt({ month: "2019-02", success: true })]);
    // Provider 0.2; its Visa (40 + 50 · 0.2) / 150; Visa in Germany (40 + 50 · that) / 150.
    expect(rate("A", "Visa", "Germany")).toBe(Math.round(((40 + 50 / 3) / 150) * 1e6));
    // No Visa in Austria: the rate of Visa.
    expect(rate("A", "Visa", "Austria")).toBe(333_333);
    // No Diners at all: the rate of the provider.
    expect(rate("A", "Diners", "Austria")).toBe(200_000);
    expect(() => rate("B", "Visa", "Germany")).toThrow(/B/);
  });

  it("price what was really done, in expectation and as it came", () => {
    const text =
      "row,tmsp,country,amount,success,PSP,3D_secured,card\n" +
      "0,2019-01-05 00:01:11,Germany,89,1,A,0,Visa\n1,2019-01-05 00:01:17,Germany,89,0,A,0,Visa\n" +
      "2,2019-02-05 00:01:11,Germany,89,0,A,1,Visa\n3,2019-02-05 00:01:17,Germany,89,1,A,1,Visa\n";
    const attempts = parseAttempts(text);
    const fees = [{ provider: "A", onSuccess: "3.00", onFailure: "1.00" }];
    expect(actualCost(attempts, fees)).toEqual({
      attempts: 2,
      succeeded: 1,
      expected: 29_000_000n,
      realised: 29_000_000n,
    });
    const { channels, orders } = pspInstance(attempts, fees);
    expect(orders.rows).toEqual([
      ["a2", "Visa", "89.00", "Germany", "yes"],
      ["a3", "Visa", "89.00", "Germany", "yes"],
    ]);
    expect(parseChannels(textTree(channels)).channels[0]!.coverage[0]!.successRate).toBe(50_000_000);
  });
});

const psp = withPublicData("psp-routing");
describe.skipIf(psp.missing)(psp.title("payment service providers"), () => {
  it("become four single channels and the attempts of February", () => {
    const { attempts, fees } = readPsp(psp.folder);
    const { channels, orders } = pspInstance(attempts, fees);
    const contract = parseChannels(textTree(channels));
    expect(contract.channels.map(({ id }) => id)).toEqual(["Moneycard", "Goldcard", "UK_Card", "Simplecard"]);
    for (const { coverage } of contract.channels) expect(coverage).toHaveLength(9);
    expect(orders.rows).toHaveLength(24_106);
    const cost = actualCost(attempts, fees);
    expect(cost.attempts).toBe(24_106);
    // January foretells February well as a whole: within 2%.
    expect(Math.abs(Number(cost.expected - cost.realised)) / Number(cost.realised)).toBeLessThan(0.02);
  });
});
