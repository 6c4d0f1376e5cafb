import { expect, it } from "vitest";
import { inBody } from "../../../src/model/bodyPlace.js";

const PLACES = {
  "orders.json": { path: "orders", linesBefore: 4 },
  "channels.json": { path: "channels", linesBefore: 0 },
  "orders.ndjson": { path: "", linesBefore: 0 },
};
const issue = { code: "X", message: "is wrong" };

it.each([
  [{ file: "orders.json", path: "[0].amount" }, { path: "orders[0].amount" }],
  [
    { file: "orders.json", line: 2 },
    { line: 6, path: "orders" },
  ],
  [
    { file: "channels.json", line: 2, path: "channels[0].fee" },
    { line: 2, path: "channels.channels[0].fee" },
  ],
  [{ file: "channels.json", path: "" }, { path: "channels" }],
  [
    { file: "orders.ndjson", line: 3, path: "amount" },
    { line: 3, path: "amount" },
  ],
  [{ file: "orders.ndjson", line: 3 }, { line: 3 }],
  [
    { file: "orders.csv", line: 3 },
    { file: "orders.csv", line: 3 },
  ],
  [{ path: "options.path" }, { path: "options.path" }],
  [{ file: "toString" }, { file: "toString" }],
])("names what the caller sent: %j is %j", (place, told) => {
  expect(inBody({ ...issue, ...place }, PLACES)).toEqual({ ...issue, ...told });
});
