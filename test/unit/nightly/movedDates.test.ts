import { expect, it } from "vitest";
import { parseYaml } from "../../../src/io/yamlTree.js";
import { parseChannels } from "../../../src/model/channelsFile.js";
import { jsonOfTree, withMovedDates } from "../../../src/nightly/movedDates.js";
import { filledIn, unknownPlaceholders } from "../../../src/nightly/placeholders.js";

const FILE = `
currency: CNY
planAt: 2026-03-27T22:00:00+01:00
objective: { delayCostPerOrderHour: 0.02 }
channels:
  - id: a
    mode: batch
    coverage: [{ banks: [0102] }]
    fee: { flat: 0.40 }
    package: { fee: "8.00", maxOrders: 1000 }
    queue: { opensAt: 2026-03-27T22:30:00.250001+01:00, cutOff: 2026-03-28T06:00:00+01:00, lanes: 2 }
  - id: b
    mode: single
    coverage: [{ banks: "*" }]
    fee: { rate: "0.2%" }
    queue: { cutOff: 2026-03-28T05:00:00Z }
`;

function moved(due: string, zone: string) {
  return withMovedDates(parseYaml("channels.yaml", FILE).tree, Date.parse(due), zone) as {
    planAt: string;
    channels: { queue: { opensAt?: string; cutOff?: string } }[];
  };
}

it("moves all instants by whole local days, whatever clocks do between", () => {
  // The night in which clocks are put forward in Berlin: the cut-off is in summer time.
  const { planAt, channels } = moved("2026-03-28T20:30:00Z", "Europe/Berlin");
  expect(planAt).toBe("2026-03-28T22:00:00+01:00");
  expect(channels[0]!.queue).toMatchObject({
    opensAt: "2026-03-28T22:30:00.250001+01:00",
    cutOff: "2026-03-29T06:00:00+02:00",
  });
  expect(channels[1]!.queue.cutOff).toBe("2026-03-29T06:00:00+02:00");
});

it("counts days as the zone has them", () => {
  // Half past nine at night of the 27th in UTC is the 28th in Shanghai.
  expect(moved("2026-03-27T21:30:00Z", "UTC").planAt).toBe("2026-03-27T21:00:00Z");
  expect(moved("2026-03-27T21:30:00Z", "Asia/Shanghai").planAt).toBe("2026-03-28T05:00:00+08:00");
  expect(moved("2026-03-01T21:30:00Z", "UTC").planAt).toBe("2026-03-01T21:00:00Z");
});

it("leaves all else as it was written", () => {
  const { tree } = parseYaml("channels.yaml", FILE);
  const same = withMovedDates(tree, Date.parse("2026-03-27T21:00:00Z"), "Europe/Berlin");
  const again = parseYaml("channels.json", jsonOfTree(same)).tree;
  expect(parseChannels(again)).toEqual({ ...parseChannels(tree) });
  expect(jsonOfTree(same)).toContain('"0102"');
});

it("does nothing without planAt", () => {
  const tree = { currency: "CNY", channels: [{ id: "a" }] };
  expect(withMovedDates(tree, 0, "UTC")).toBe(tree);
});

it("fills dates in", () => {
  const due = Date.parse("2026-03-01T21:30:00Z");
  expect(filledIn("orders-{yyyymmdd}-{date}.csv", due)).toBe("orders-20260301-2026-03-01.csv");
  expect(filledIn("{date-1}/{yyyymmdd+31}", due)).toBe("2026-02-28/20260401");
  expect(filledIn("{due}", due)).toBe("2026-03-01T2130");
  expect(unknownPlaceholders("{date} {dat} {due+1} {yyyymmdd-1} {}")).toEqual(["{dat}", "{due+1}", "{}"]);
});
