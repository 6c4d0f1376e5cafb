import { describe, expect, it } from "vitest";
import { parseYaml } from "../../../src/io/yamlTree.js";
import { InputError } from "../../../src/model/issue.js";
import { scaleOrders } from "../../../src/model/orderVolume.js";
import { parseScenarios } from "../../../src/model/scenarios.js";

function parsed(text: string) {
  const { tree, locate } = parseYaml("scenarios.yaml", text);
  return parseScenarios(tree, locate);
}

function problems(text: string): string[] {
  try {
    parsed(text);
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.issues.map(({ code, line }) => `${line}: ${code}`);
  }
}

describe("a scenarios file", () => {
  it("puts the changes of what a scenario extends first", () => {
    const scenarios = parsed(`
scenarios:
  - { id: c, extends: b, changes: [{ set: { x: "3" } }] }
  - { id: a, changes: [{ set: { x: "1" } }], orders: { scale: "1.5" } }
  - { id: b, extends: a, changes: [{ scale: { x: "2" } }, { off: [one, two] }] }
`);
    expect(scenarios.map(({ id }) => id)).toEqual(["c", "a", "b"]);
    expect(scenarios[0]!.changes.map((change) => change.verb)).toEqual(["set", "scale", "off", "off", "set"]);
    expect(scenarios[0]!.orders).toEqual({ scale: { digits: 15n, decimals: 1 }, seed: 1 });
    expect(scenarios[0]!.places.at(-1)).toEqual(["scenarios", 0, "changes", 0, "set", "x"]);
  });

  it("makes a scenario of every point of a sweep, exactly", () => {
    const scenarios = parsed(`
sweeps:
  - id: grid
    over:
      - { set: p.fee, from: "0.1", to: "0.3", step: "0.1" }
      - { add: q.fee, values: ["-1", "2.50"] }
`);
    expect(scenarios.map(({ id }) => id)).toEqual([
      "grid=0.1,-1",
      "grid=0.1,2.50",
      "grid=0.2,-1",
      "grid=0.2,2.50",
      "grid=0.3,-1",
      "grid=0.3,2.50",
    ]);
    expect(scenarios[5]!.changes).toEqual([
      { verb: "set", path: "p.fee", value: "0.3" },
      { verb: "add", path: "q.fee", by: { digits: 250n, decimals: 2, negative: false } },
    ]);
    expect(scenarios[5]!.sweep).toEqual({
      id: "grid",
      values: ["0.3", "2.50"],
      over: [
        { verb: "set", path: "p.fee" },
        { verb: "add", path: "q.fee" },
      ],
    });
  });

  it("may go down from below nothing", () => {
    const [first, , last] = parsed(`sweeps: [{ id: s, over: [{ add: x, from: "-1", to: "1", step: "1" }] }]`);
    expect([first!.id, last!.id]).toEqual(["s=-1", "s=1"]);
  });

  it.each([
    ["nothing", "scenarios: []", ["1: EMPTY_LIST"]],
    ["the base plan's name", "scenarios: [{ id: base }]", ["1: DUPLICATE_ID"]],
    [
      "a name twice",
      "scenarios: [{ id: a }]\nsweeps: [{ id: a, over: [{ set: x, values: [1] }] }]",
      ["2: DUPLICATE_ID"],
    ],
    ["an unknown scenario", "scenarios: [{ id: a, extends: b }]", ["1: UNKNOWN_SCENARIO"]],
    ["a circle", "scenarios:\n  - { id: a, extends: b }\n  - { id: b, extends: a }", ["2: CIRCULAR"]],
    ["a change of nothing", "scenarios: [{ id: a, changes: [{}] }]", ["1: EMPTY_LIST"]],
    ["an unknown change", "scenarios: [{ id: a, changes: [{ sett: { x: 1 } }] }]", ["1: UNKNOWN_KEY"]],
    [
      "a factor below nothing",
      'scenarios: [{ id: a, changes: [{ scale: { x: "-1" } }] }]',
      ["1: NOT_A_DECIMAL"],
    ],
    ["an axis without values", "sweeps: [{ id: a, over: [{ set: x }] }]", ["1: WRONG_AXIS"]],
    [
      "a range that ends first",
      'sweeps: [{ id: a, over: [{ set: x, from: "2", to: "1", step: "1" }] }]',
      ["1: WRONG_AXIS"],
    ],
    ["no step", 'sweeps: [{ id: a, over: [{ set: x, from: "1", to: "2", step: "0" }] }]', ["1: WRONG_AXIS"]],
    [
      "too many",
      'sweeps: [{ id: a, over: [{ set: x, from: "0", to: "1", step: "0.00001" }] }]',
      ["1: TOO_MANY"],
    ],
  ])("refuses %s", (_, text, expected) => {
    expect(problems(text)).toEqual(expected);
  });
});

describe("several problems at once", () => {
  it("are all told of, and none that comes of another", () => {
    expect(
      problems(`
scenarios:
  - { id: a, extends: none, changes: [{ scale: { x: cheap } }, {}] }
  - { id: a, changes: [{ off: [[1]] }] }
  - { changes: [{ sett: { x: 1 } }] }
sweeps:
  - { id: s, over: [{ set: x, from: "2", to: "1", step: small }] }
  - { id: t, over: [{ set: x }, { scale: x, values: [one, "2"] }, { add: x, from: [], to: "1" }] }
`).sort(),
    ).toEqual([
      "3: EMPTY_LIST",
      "3: NOT_A_DECIMAL",
      "4: DUPLICATE_ID",
      "4: WRONG_TYPE",
      "5: MISSING_FIELD",
      "5: UNKNOWN_KEY",
      "7: NOT_A_DECIMAL",
      "7: WRONG_AXIS",
      "8: NOT_A_DECIMAL",
      "8: WRONG_AXIS",
      "8: WRONG_AXIS",
      "8: WRONG_TYPE",
    ]);
  });

  it("names a scenario that is not there where all that are have names", () => {
    expect(
      problems(
        "scenarios:\n  - { id: a, extends: aa, changes: cheap }\n  - { id: b, extends: nobody }",
      ).sort(),
    ).toEqual(["2: UNKNOWN_SCENARIO", "2: WRONG_TYPE", "3: UNKNOWN_SCENARIO"]);
  });
});

describe("orders of another number", () => {
  const table = {
    count: 2000,
    profiles: [],
    profile: Int32Array.from({ length: 2000 }, (_, i) => i % 7),
    amount: Float64Array.from({ length: 2000 }, (_, i) => i + 1),
  };
  const scaled = (digits: bigint, decimals: number, seed = 1) =>
    scaleOrders(table, { scale: { digits, decimals }, seed });

  it("are there so many times", () => {
    expect(scaled(1n, 0).table).toEqual(table);
    const twice = scaled(2n, 0);
    expect(twice.table.count).toBe(4000);
    expect(Array.from(twice.table.amount.slice(0, 4))).toEqual([1, 1, 2, 2]);
    expect(scaled(0n, 0).table.count).toBe(0);
    expect(Math.abs(scaled(125n, 2).table.count - 2500)).toBeLessThan(80);
    expect(Math.abs(scaled(3n, 1).table.count - 600)).toBeLessThan(80);
  });

  it("of a larger scale include those of a smaller one; another seed draws others", () => {
    const few = new Set(scaled(3n, 1).origin);
    const more = new Set(scaled(4n, 1).origin);
    expect([...few].every((row) => more.has(row))).toBe(true);
    expect(Array.from(scaled(3n, 1, 2).origin)).not.toEqual(Array.from(scaled(3n, 1).origin));
  });
});
