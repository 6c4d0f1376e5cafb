import { describe, expect, it } from "vitest";
import { parseYaml } from "../../../src/io/yamlTree.js";
import { applyChanges, type Change } from "../../../src/model/changes.js";
import { channelsFields } from "../../../src/model/channelsFields.js";
import { findFields } from "../../../src/model/fieldPath.js";

/** Terms of volume count orders and money, or amounts and rates: what a path leads to depends on the channel. */

const { tree } = parseYaml(
  "channels.yaml",
  `
currency: CNY
channels:
  - id: night
    mode: single
    coverage: [{ banks: "*" }]
    fee: { flat: "0.40" }
    volume: { unit: orders, kind: allUnits, toDate: 900, tiers: [{ from: 1000, discount: "0.05" }] }
    minimumFee: { fee: "500.00" }
  - id: day
    mode: single
    coverage: [{ banks: "*" }]
    fee: { flat: "0.40" }
    volume: { unit: amount, minimum: { volume: "1000.00", shortfallFee: "0.4%" } }
  - id: plain
    mode: single
    coverage: [{ banks: "*" }]
    fee: { flat: "0.40" }
`,
);
const fields = channelsFields(2);

const quantityAt = (path: string) => {
  const found = findFields(tree, fields, path);
  return "hint" in found ? found : found.map(({ quantity }) => quantity);
};

function changed(change: Change) {
  const { tree: after, refusals } = applyChanges(tree, fields, [change]);
  if (refusals.length > 0) return refusals.map(({ code }) => code);
  const { channels } = after as { channels: Record<string, unknown>[] };
  return channels.map(({ volume, minimumFee }) => ({ volume, minimumFee }));
}

describe("a path into terms of volume", () => {
  it.each([
    ["channels.night.volume.tiers.0.from", "count", 0],
    ["channels.night.volume.tiers.0.discount", "money", 6],
    ["channels.night.volume.toDate", "count", 0],
    ["channels.night.minimumFee.fee", "money", 6],
    ["channels.day.volume.toDate", "money", 2],
    ["channels.day.volume.minimum.volume", "money", 2],
    ["channels.day.volume.minimum.shortfallFee", "rate", 8],
  ])("%s counts %s with %i decimals", (path, quantity, decimals) => {
    expect(quantityAt(path)).toEqual([{ quantity, decimals }]);
  });

  it("leads to what a channel without such terms would have, and nowhere beyond", () => {
    expect(quantityAt("channels.plain.volume.unit")).toEqual([null]);
    expect(quantityAt("channels.night.volume.discount")).toMatchObject({
      message: 'the path "channels.night.volume.discount" leads to no field',
    });
  });

  it("is scaled and added to in the channel's own unit", () => {
    expect(
      changed({
        verb: "scale",
        path: "channels.day.volume.minimum.shortfallFee",
        by: { digits: 15n, decimals: 1 },
      }),
    ).toMatchObject([{}, { volume: { minimum: { shortfallFee: "0.006" } } }, {}]);
    expect(
      changed({
        verb: "add",
        path: "channels.night.volume.toDate",
        by: { digits: 99n, decimals: 0, negative: false },
      }),
    ).toMatchObject([{ volume: { toDate: "999" } }, {}, {}]);
    // Nothing has been sent where nothing is said.
    expect(
      changed({
        verb: "add",
        path: "channels.day.volume.toDate",
        by: { digits: 50n, decimals: 0, negative: false },
      }),
    ).toMatchObject([{}, { volume: { toDate: "50" } }, {}]);
    expect(
      changed({
        verb: "add",
        path: "channels.night.minimumFee.chargesToDate",
        by: { digits: 3n, decimals: 0, negative: false },
      }),
    ).toMatchObject([{ minimumFee: { chargesToDate: "3" } }, {}, {}]);
  });

  it("gives no tier a fee beside its discount", () => {
    expect(
      changed({ verb: "scale", path: "channels.night.volume.tiers.0.fee", by: { digits: 2n, decimals: 0 } }),
    ).toEqual(["NOTHING_TO_CHANGE"]);
  });
});
