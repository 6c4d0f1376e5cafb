import { describe, expect, it } from "vitest";
import { parseYaml } from "../../../src/io/yamlTree.js";
import { applyChanges, type Change } from "../../../src/model/changes.js";
import { channelsFields } from "../../../src/model/channelsFields.js";
import { parseChannels } from "../../../src/model/channelsFile.js";
import { findFields, type Place } from "../../../src/model/fieldPath.js";
import { SourceNumber } from "../../../src/model/fields.js";

const FILE = `
currency: CNY
planAt: 2026-11-22T22:00:00+08:00
objective: { delayCostPerOrderHour: "0.02", failureCost: "2.00" }
quotas:
  - { id: day, channels: [union.batch, union-evening], limits: { maxOrders: 300 } }
channels:
  - id: union.batch
    mode: batch
    coverage:
      - id: near
        banks: [ICBC, CCB]
        successRate: "99.2%"
        fee: { flat: "0.40" }
      - banks: "*"
        where: { accountType: [personal] }
    fee: { tiers: [{ upTo: "1000.00", flat: "0.50" }, { rate: "0.06%", min: "0.60" }] }
    package: { fee: "8.00", maxOrders: 1000 }
    queue: { cutOff: 2026-11-23T06:00:00+08:00, secondsPerPackage: 120 }
  - id: union-evening
    mode: batch
    coverage: [{ banks: "*" }]
    fee: { flat: "0.45" }
    limits: { maxPackages: 7 }
  - id: fast-single
    mode: single
    coverage: [{ banks: "*" }]
    fee: { flat: "1.00" }
`;
const { tree } = parseYaml("channels.yaml", FILE);
const fields = channelsFields(2);

const by = (text: string) => {
  const [whole, fraction = ""] = text.replace("-", "").split(".");
  return { digits: BigInt(whole! + fraction), decimals: fraction.length, negative: text.startsWith("-") };
};
type FieldChange = Extract<Change, { path: string }>;
const set = (path: string, value: unknown): FieldChange => ({ verb: "set", path, value });
const scale = (path: string, factor: string): FieldChange => ({ verb: "scale", path, by: by(factor) });
const add = (path: string, amount: string): FieldChange => ({ verb: "add", path, by: by(amount) });

/** The text at a place of a tree. */
function at(from: unknown, path: readonly (string | number)[]): unknown {
  let node = from;
  for (const key of path) node = (node as Record<string | number, unknown> | undefined)?.[key];
  return node instanceof SourceNumber ? node.text : node;
}

describe("a path", () => {
  it.each([
    ["channels.union.batch.package.fee", [["channels", 0, "package", "fee"]]],
    ["channels.union.batch.coverage.near.successRate", [["channels", 0, "coverage", 0, "successRate"]]],
    ["channels.union.batch.coverage.1.banks", [["channels", 0, "coverage", 1, "banks"]]],
    ["channels.union.batch.fee.tiers.1.rate", [["channels", 0, "fee", "tiers", 1, "rate"]]],
    ["channels.union-*.limits.maxPackages", [["channels", 1, "limits", "maxPackages"]]],
    ["channels.*.queue.lanes", [0, 1, 2].map((c) => ["channels", c, "queue", "lanes"])],
    [
      "channels.*.coverage.*.successRate",
      [
        ["channels", 0, "coverage", 0, "successRate"],
        ["channels", 0, "coverage", 1, "successRate"],
        ["channels", 1, "coverage", 0, "successRate"],
        ["channels", 2, "coverage", 0, "successRate"],
      ],
    ],
    ["quotas.day.limits.maxAmount", [["quotas", 0, "limits", "maxAmount"]]],
    ["objective.unroutedPenalty", [["objective", "unroutedPenalty"]]],
    ["channels.union.batch.coverage.1.where.city", [["channels", 0, "coverage", 1, "where", "city"]]],
  ])("%s", (path, places) => {
    const found = findFields(tree, fields, path);
    expect(Array.isArray(found) ? found.map(({ place }) => place) : found).toEqual(places);
  });

  it.each([
    ["channels.union.batch.package.fees", 'Did you mean "channels.union.batch.package.fee"?'],
    ["channels.union.bach.package.fee", 'Did you mean "channels.union.batch.package.fee"?'],
    ["channel.union.batch.limits.maxOrders", 'Did you mean "channels.union.batch.limits.maxOrders"?'],
    ["channels.x.fee", '"channels" goes on with: union.batch, union-evening, fast-single.'],
    [
      "quite.another.thing.that.nobody.knows",
      "A path begins with: currency, planAt, objective, quotas, channels.",
    ],
  ])("%s leads nowhere and names a better one", (path, hint) => {
    expect(findFields(tree, fields, path)).toEqual({
      message: `the path "${path}" leads to no field`,
      hint,
    });
  });
});

describe("a change", () => {
  it.each<[string, Change, readonly (string | number)[], unknown]>([
    [
      "sets a value",
      set("channels.union.batch.package.fee", "6.00"),
      ["channels", 0, "package", "fee"],
      "6.00",
    ],
    [
      "sets what was absent",
      set("channels.union.batch.limits.maxOrders", "5"),
      ["channels", 0, "limits", "maxOrders"],
      "5",
    ],
    [
      "sets a list",
      set("channels.union.batch.coverage.near.banks", ["ABC"]),
      ["channels", 0, "coverage", 0, "banks"],
      ["ABC"],
    ],
    [
      "scales money",
      scale("channels.union.batch.package.fee", "1.05"),
      ["channels", 0, "package", "fee"],
      "8.4",
    ],
    [
      "rounds halves up",
      scale("channels.union-evening.limits.maxPackages", "0.5"),
      ["channels", 1, "limits", "maxPackages"],
      "4",
    ],
    [
      "scales a percentage",
      scale("channels.union.batch.coverage.near.successRate", "0.5"),
      ["channels", 0, "coverage", 0, "successRate"],
      "0.496",
    ],
    [
      "scales a default",
      scale("channels.fast-single.coverage.0.successRate", "0.9"),
      ["channels", 2, "coverage", 0, "successRate"],
      "0.9",
    ],
    [
      "adds to a count",
      add("channels.union-evening.limits.maxPackages", "2"),
      ["channels", 1, "limits", "maxPackages"],
      "9",
    ],
    [
      "takes away",
      add("channels.union.batch.package.fee", "-1.50"),
      ["channels", 0, "package", "fee"],
      "6.5",
    ],
    [
      "moves an instant",
      add("channels.union.batch.queue.cutOff", "-660"),
      ["channels", 0, "queue", "cutOff"],
      "2026-11-23T05:49:00+08:00",
    ],
    [
      "removes a field",
      { verb: "remove", path: "channels.union-evening.limits.maxPackages" },
      ["channels", 1, "limits", "maxPackages"],
      undefined,
    ],
    [
      "closes a channel",
      { verb: "off", channel: "union-evening" },
      ["channels", 1, "limits", "maxOrders"],
      "0",
    ],
    ["adds a channel", { verb: "channel", value: { id: "new" } }, ["channels", 3, "id"], "new"],
  ])("%s", (_, change, place, value) => {
    const changed = applyChanges(tree, fields, [change]);
    expect(changed.refusals).toEqual([]);
    expect(at(changed.tree, place)).toEqual(value);
  });

  it("leaves the file as it was", () => {
    const before = JSON.stringify(tree);
    applyChanges(tree, fields, [set("channels.*.fee.flat", "9"), { verb: "off", channel: "*" }]);
    expect(JSON.stringify(tree)).toBe(before);
  });

  it("passes over what a pattern finds no value in", () => {
    const { tree: changed } = applyChanges(tree, fields, [
      scale("channels.*.package.fee", "2"),
      scale("channels.*.limits.maxPackages", "2"),
      scale("channels.*.coverage.*.fee.flat", "2"),
    ]);
    expect(at(changed, ["channels", 0, "package", "fee"])).toBe("16");
    // A batch channel whose package costs nothing by default; a single one has no packages.
    expect(at(changed, ["channels", 1, "package", "fee"])).toBe("0");
    expect(at(changed, ["channels", 2, "package"])).toBeUndefined();
    expect(at(changed, ["channels", 0, "limits"])).toBeUndefined();
    expect(at(changed, ["channels", 0, "coverage", 0, "fee", "flat"])).toBe("0.8");
    // A rule without a fee of its own keeps its channel's.
    expect(at(changed, ["channels", 0, "coverage", 1, "fee"])).toBeUndefined();
  });

  describe("where tiers stand instead of a field", () => {
    const { tree: tiered } = parseYaml(
      "channels.yaml",
      `
currency: CNY
channels:
  - id: a
    mode: batch
    coverage: [{ banks: [ICBC], fee: { tiers: [{ upTo: "10.00", flat: "0.20" }, { rate: "1%" }] } }, { banks: "*", fee: { flat: "0.30" } }]
    fee: { tiers: [{ upTo: "1000.00", flat: "0.50" }, { rate: "0.06%" }] }
    package: { feeTiers: [{ upTo: 10, perOrder: "0.10" }, { fee: "1.00" }] }
  - id: b
    mode: batch
    coverage: [{ banks: "*" }]
    fee: { flat: "0.45" }
    package: { fee: "8.00" }
  - id: c
    mode: single
    coverage: [{ banks: "*" }]
    fee: { rate: "0.2%" }
`,
    );
    const a: Place = ["channels", 0];
    const b: Place = ["channels", 1];
    const c: Place = ["channels", 2];

    it.each<[FieldChange, readonly (readonly [Place, unknown])[]]>([
      [
        scale("channels.*.fee.flat", "2"),
        [
          [[...a, "fee", "flat"], undefined],
          [[...a, "fee", "tiers", 0, "flat"], "0.50"],
          [[...b, "fee", "flat"], "0.9"],
          [[...c, "fee", "flat"], "0"],
        ],
      ],
      [
        add("channels.*.fee.rate", "0.001"),
        [
          [[...a, "fee", "rate"], undefined],
          [[...b, "fee", "rate"], "0.001"],
          [[...c, "fee", "rate"], "0.003"],
        ],
      ],
      [
        scale("channels.*.coverage.*.fee.flat", "2"),
        [
          [[...a, "coverage", 0, "fee", "flat"], undefined],
          [[...a, "coverage", 1, "fee", "flat"], "0.6"],
          [[...b, "coverage", 0, "fee"], undefined],
        ],
      ],
      [
        scale("channels.*.package.fee", "2"),
        [
          [[...a, "package", "fee"], undefined],
          [[...b, "package", "fee"], "16"],
        ],
      ],
      [
        add("channels.a.package.feeTiers.*.perOrder", "0.01"),
        [
          [[...a, "package", "feeTiers", 0, "perOrder"], "0.11"],
          [[...a, "package", "feeTiers", 1, "perOrder"], "0.01"],
        ],
      ],
      [scale("channels.*.package.minOrders", "3"), [[[...a, "package", "minOrders"], "3"]]],
      [
        add("channels.*.queue.secondsPerPackage", "5"),
        [
          [[...a, "queue", "secondsPerPackage"], "5"],
          [[...c, "queue"], undefined],
        ],
      ],
      [
        set("channels.*.limits.maxPackages", "5"),
        [
          [[...a, "limits", "maxPackages"], "5"],
          [[...c, "limits"], undefined],
        ],
      ],
    ])("$verb $path passes over what a channel cannot have", (change, expected) => {
      const { tree: changed, refusals } = applyChanges(tiered, fields, [change]);
      expect(refusals).toEqual([]);
      for (const [place, value] of expected) expect(at(changed, place), place.join(".")).toBe(value);
      expect(() => parseChannels(changed)).not.toThrow();
    });

    it.each([
      ["channels.a.fee.flat", "channels.a.fee.tiers.*.flat"],
      ["channels.a.fee.max", "channels.a.fee.tiers.*.max"],
      ["channels.a.coverage.0.fee.rate", "channels.a.coverage.0.fee.tiers.*.rate"],
      ["channels.a.package.fee", "channels.a.package.feeTiers.*.fee"],
    ])("%s has no value, and %s has", (path, better) => {
      const { refusals } = applyChanges(tiered, fields, [scale(path, "0.9")]);
      expect(refusals).toMatchObject([
        { code: "NOTHING_TO_CHANGE", hint: `Its tiers say it: write ${better}.` },
      ]);
    });

    it("gives a field that is named a value, for the tiers may be taken out next", () => {
      const { tree: changed } = applyChanges(tiered, fields, [
        set("channels.*.fee.flat", "0.50"),
        { verb: "remove", path: "channels.a.fee.tiers" },
      ]);
      expect(at(changed, [...a, "fee", "flat"])).toBe("0.50");
      expect(() => parseChannels(changed)).not.toThrow();
    });
  });

  it("takes all rules that a pattern names out, and no others", () => {
    const { tree: changed } = applyChanges(tree, fields, [
      { verb: "remove", path: "channels.union.batch.coverage.*" },
    ]);
    expect(at(changed, ["channels", 0, "coverage"])).toEqual([]);
  });

  it("comes after those before it", () => {
    const { tree: changed } = applyChanges(tree, fields, [
      set("channels.union.batch.package.fee", "10"),
      scale("channels.union.batch.package.fee", "0.5"),
      add("channels.union.batch.package.fee", "1"),
    ]);
    expect(at(changed, ["channels", 0, "package", "fee"])).toBe("6");
  });

  it.each<[string, Change, string]>([
    ["a path that leads nowhere", set("channels.nobody.package.fee", "1"), "UNKNOWN_PATH"],
    ["no value to scale", scale("channels.union.batch.limits.maxOrders", "2"), "NOTHING_TO_CHANGE"],
    [
      "nothing to remove",
      { verb: "remove", path: "channels.union.batch.limits.maxOrders" },
      "NOTHING_TO_CHANGE",
    ],
    ["a text to scale", scale("channels.union.batch.coverage.near.banks", "2"), "WRONG_VERB"],
    ["an instant to scale", scale("channels.union.batch.queue.cutOff", "2"), "WRONG_VERB"],
    ["less than nothing", add("channels.union.batch.package.fee", "-8.01"), "OUT_OF_RANGE"],
    ["another currency", set("currency", "JPY"), "FIXED_FIELD"],
    ["another time zero", add("planAt", "60"), "FIXED_FIELD"],
    ["an unknown channel off", { verb: "off", channel: "union-evning" }, "UNKNOWN_CHANNEL"],
  ])("refuses %s", (_, change, code) => {
    const { refusals } = applyChanges(tree, fields, [change]);
    expect(refusals.map((refusal) => refusal.code)).toEqual([code]);
    expect(refusals[0]!.hint).not.toBe("");
  });
});
