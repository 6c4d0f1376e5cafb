import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readInputs } from "../../../src/app/readInputs.js";
import { plan, planBatch, validate, verify } from "../../../src/index.js";
import { InputError, type Issue } from "../../../src/model/issue.js";
import { fileOf, folder, inputErrorOf, issuesOf } from "../io/support.js";

const batch = { id: "b", mode: "batch", coverage: [{ banks: "*" }], fee: { flat: "0.30" } };
const FILE = { currency: "CNY", planAt: "2026-11-22T22:00:00+08:00", channels: [batch] };
const channelsOf = (changes: object) => fileOf(JSON.stringify({ ...FILE, ...changes }), ".json");
const BAD_FEE = { channels: [{ ...batch, fee: { flat: "1e3" } }] };
const BAD_ORDERS = "id,bank,amount\n1,ICBC,x\n";

/** `channels.json` or `orders.csv`, and what is wrong there. */
const brief = ({ file, path, code }: Issue) =>
  `${file?.endsWith(".json") ? "channels" : file?.endsWith(".csv") ? "orders" : "-"} ${path ?? "-"} ${code}`;
const briefOf = async (call: () => unknown) => (await issuesOf(call)).map(brief);

describe("channels and orders that are both wrong", () => {
  const files = { channels: channelsOf(BAD_FEE), orders: fileOf(BAD_ORDERS, ".csv") };
  const both = ["channels channels[0].fee.flat NOT_A_DECIMAL", "orders amount NOT_A_DECIMAL"];

  it("are told at once by every use of them", async () => {
    const place = join(folder, "plan");
    expect(await briefOf(() => validate(files))).toEqual(both);
    expect(await briefOf(() => plan(files))).toEqual(both);
    expect(await briefOf(() => planBatch({ ...files, out: place }))).toEqual(both);
    expect(await briefOf(() => verify({ ...files, folder: place }))).toEqual(both);
    const data = { channels: { ...FILE, ...BAD_FEE }, orders: [{ id: "1", bank: "ICBC", amount: "x" }] };
    expect(await briefOf(() => plan(data))).toEqual([
      "- channels[0].fee.flat NOT_A_DECIMAL",
      "- [0].amount NOT_A_DECIMAL",
    ]);
  });

  it("are told beside a place that is taken, though the orders are not read then", async () => {
    expect(await briefOf(() => planBatch({ ...files, out: folder }))).toEqual([
      "- - FOLDER_EXISTS",
      "channels channels[0].fee.flat NOT_A_DECIMAL",
    ]);
  });

  it("are counted together", async () => {
    const rows = Array.from({ length: 120 }, (_, i) => `${i},ICBC,0\n`).join("");
    const orders = fileOf(`id,bank,amount\n${rows}`, ".csv");
    const error = await inputErrorOf(() => validate({ ...files, orders }));
    expect([error.issues.length, error.total]).toEqual([100, 121]);
    expect(brief(error.issues[0]!)).toBe(both[0]);
  });
});

describe("orders beside channels that are wrong", () => {
  it.each<[what: string, changes: object, orders: string, problems: string[]]>([
    ["that are right", BAD_FEE, "id,bank,amount\n1,ICBC,5.00\n", []],
    [
      "by their currency",
      { ...BAD_FEE, currency: "JPY" },
      "id,bank,amount\n1,ICBC,5.00\n",
      ["orders amount TOO_MANY_DECIMALS"],
    ],
    [
      "by the ids of their channels",
      BAD_FEE,
      "id,bank,amount,channels\n1,ICBC,5.00,b\n2,ICBC,5.00,c\n",
      ["orders channels UNKNOWN_CHANNEL"],
    ],
    [
      "by the attributes that they ask for",
      { channels: [{ ...batch, mode: "bach", coverage: [{ banks: "*", where: { Amount: ["high"] } }] }] },
      "id,bank,amount,Amount,Due-by\n1,ICBC,5.00,high,\n",
      ["orders Due-by UNKNOWN_KEY"],
    ],
    [
      "by a planAt that is not there",
      { ...BAD_FEE, planAt: undefined },
      "id,bank,amount,dueBy\n1,ICBC,5.00,2026-11-23T00:00:00Z\n",
      ["orders dueBy MISSING_PLAN_AT"],
    ],
    [
      "but not by one that is wrong",
      { planAt: "ten" },
      "id,bank,amount,dueBy\n1,ICBC,5.00,2026-11-23T00:00:00Z\n2,ICBC,5.00,eleven\n",
      ["orders dueBy NOT_AN_INSTANT"],
    ],
    [
      "nor by one that the channels lack already",
      { planAt: undefined, channels: [{ ...batch, queue: { cutOff: "2026-11-23T00:00:00Z" } }] },
      "id,bank,amount,dueBy\n1,ICBC,5.00,2026-11-23T00:00:00Z\n",
      [],
    ],
  ])("are judged %s", async (_, changes, orders, problems) => {
    const files = { channels: channelsOf(changes), orders: fileOf(orders, ".csv") };
    const found = await briefOf(() => readInputs(files));
    expect(found.filter((each) => each.startsWith("channels")).length).toBeGreaterThan(0);
    expect(found.filter((each) => !each.startsWith("channels"))).toEqual(problems);
  });

  it.each<[string, string]>([
    ["a currency", channelsOf({ currency: "CNX" })],
    ["a channel's id", channelsOf({ channels: [batch, { ...batch, id: undefined }] })],
    ["channels", channelsOf({ channels: [] })],
    ["a file that can be read", fileOf("{", ".json")],
    ["a file", join(folder, "none.json")],
  ])("are not looked at without %s, which is said", async (_, channels) => {
    const orders = fileOf(BAD_ORDERS, ".csv");
    const issues = await issuesOf(() => readInputs({ channels, orders }));
    expect(issues.map(brief)).toEqual([expect.stringMatching(/^channels /), "orders - ORDERS_NOT_READ"]);
    expect(issues[1]).toMatchObject({
      file: orders,
      message: "not looked at yet: without currency and channel ids there is no telling what is right",
      hint: "Mend the channels file first.",
    });
  });

  it("end with what is no problem of the input", async () => {
    const orders = (function* () {
      yield { id: "1", bank: "ICBC", amount: "5.00" };
      throw new TypeError("no more");
    })();
    const reading = readInputs({ channels: { ...FILE, ...BAD_FEE }, orders });
    await expect(reading).rejects.toThrow(TypeError);
    await expect(reading).rejects.not.toBeInstanceOf(InputError);
  });
});
