import { describe, expect, it } from "vitest";
import { acrossAxis, countAxis, namesAxis, spanAxis, upAxis } from "../../../src/report/plot/axis.js";
import { anchorAt, labelRows, labelWidth, NARROWEST_PLOT } from "../../../src/report/plot/labels.js";

const labels = (axis: { ticks: readonly { label: string }[] }) => axis.ticks.map(({ label }) => label);

describe("axes that go up", () => {
  it.each([
    [
      [7534.44, 7577.85],
      ["7,530", "7,540", "7,550", "7,560", "7,570", "7,580"],
    ],
    [
      [0.1, 0.3],
      ["0.10", "0.15", "0.20", "0.25", "0.30"],
    ],
    [
      [-3, 7],
      ["−4", "−2", "0", "2", "4", "6", "8"],
    ],
    [
      [1e12, 1.4e12],
      [
        "1,000,000,000,000",
        "1,100,000,000,000",
        "1,200,000,000,000",
        "1,300,000,000,000",
        "1,400,000,000,000",
      ],
    ],
  ])("have round ticks around %j", (values, ticks) => {
    expect(labels(upAxis(values))).toEqual(ticks);
  });

  it.each([[[5]], [[0]], [[-8, -8]]])("have room around a single figure (%j)", (values) => {
    const axis = upAxis(values);
    expect(axis.at(values[0]!)).toBeGreaterThan(0);
    expect(axis.at(values[0]!)).toBeLessThan(1);
    expect(axis.ticks.length).toBeGreaterThan(1);
  });

  it.each([
    [
      [0, 0],
      ["0", "1"],
    ],
    [
      [900, 0],
      ["0", "500", "1,000"],
    ],
    [[3], ["0", "1", "2", "3"]],
  ])("count in whole steps from 0 (%j)", (counts, ticks) => {
    expect(labels(countAxis(counts))).toEqual(ticks);
  });

  it("hold all values", () => {
    for (const values of [
      [1, 2, 3],
      [-0.001, 0.0013],
      [99_999, 100_001],
    ])
      for (const value of values) {
        expect(upAxis(values).at(value)).toBeGreaterThanOrEqual(0);
        expect(upAxis(values).at(value)).toBeLessThanOrEqual(1);
      }
  });
});

describe("axes that go across", () => {
  it("go from the lowest to the highest value, with fewer ticks where labels are long", () => {
    const axis = acrossAxis([2, 20, 8]);
    expect([axis.at(2), axis.at(11), axis.at(20)]).toEqual([0, 0.5, 1]);
    expect(labels(axis)).toEqual(["5", "10", "15", "20"]);
    expect(labels(acrossAxis([0, 4_000_000_000])).length).toBeLessThan(4);
  });

  it.each([[[0.001, 0.002]], [[1e9, 9e9]], [[-5, 5]], [[7]]])(
    "have labels that fit on a phone (%j)",
    (values) => {
      const width = acrossAxis(values).ticks.reduce((sum, { label }) => sum + labelWidth(label), 0);
      expect(width).toBeLessThan(NARROWEST_PLOT);
    },
  );

  it("tell spans in hours and minutes, at round ones", () => {
    expect(labels(spanAxis([12_000, 26_000]))).toEqual(["4:00", "5:00", "6:00", "7:00"]);
    expect(labels(spanAxis([3600, 3640]))).toEqual(["1:00:00", "1:00:15", "1:00:30"]);
  });

  it("name names, cut where they are long, and leave some out where there are many", () => {
    expect(labels(namesAxis(["a", "b"]))).toEqual(["a", "b"]);
    expect(namesAxis(["only"]).at(0)).toBe(0.5);
    expect(labels(namesAxis(["x".repeat(40)]))[0]).toBe(`${"x".repeat(15)}…`);
    const many = labels(namesAxis(Array.from({ length: 100 }, (_, i) => `value ${i}`)));
    expect(many.length).toBeLessThan(6);
    expect(many[0]).toBe("value 0");
  });
});

describe("labels", () => {
  it("are held so that they stay in the chart", () => {
    expect([anchorAt(0, "4"), anchorAt(0.5, "4"), anchorAt(1, "4")]).toEqual(["middle", "middle", "middle"]);
    expect([anchorAt(0, "12,000,000"), anchorAt(1, "12,000,000")]).toEqual(["start", "end"]);
  });

  it("go into rows where they would cover each other, and away where no row has room", () => {
    const at = (places: readonly number[]) =>
      labelRows(places.map((place) => ({ at: place, text: "123.45" })));
    expect(at([0.1, 0.5, 0.9]).placed.map(({ row }) => row)).toEqual([0, 0, 0]);
    expect(at([0.5, 0.51, 0.52, 0.53, 0.9]).placed.map(({ row }) => row)).toEqual([0, 1, 2, null, 0]);
    expect(at([]).rows).toBe(0);
  });
});
