/** Examples of the OpenAPI document: small enough to see every figure of what comes of them. */

export const CHANNELS_EXAMPLE = {
  currency: "CNY",
  channels: [
    {
      id: "union-batch",
      mode: "batch",
      coverage: [{ banks: ["ICBC", "CCB"] }],
      fee: { flat: "0.30" },
      package: { fee: "1.00", maxOrders: 3 },
    },
    {
      id: "fast-single",
      mode: "single",
      coverage: [{ banks: ["ICBC", "CCB", "ABC"] }],
      fee: { flat: "1.00" },
    },
  ],
};

export const ORDERS_EXAMPLE = [
  { id: "o1", bank: "ICBC", amount: "10.00" },
  { id: "o2", bank: "ICBC", amount: "20.00" },
  { id: "o3", bank: "CCB", amount: "30.00" },
  { id: "o4", bank: "ABC", amount: "40.00" },
];

export const ORDERS_CSV_EXAMPLE = [
  "id,bank,amount",
  ...ORDERS_EXAMPLE.map(({ id, bank, amount }) => `${id},${bank},${amount}`),
  "",
].join("\n");

export const ORDERS_NDJSON_EXAMPLE = ORDERS_EXAMPLE.map((order) => `${JSON.stringify(order)}\n`).join("");

const inputs = { channels: CHANNELS_EXAMPLE, orders: ORDERS_EXAMPLE };

/** Bodies of requests, by path. */
export const REQUEST_EXAMPLES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "/v1/plans": { ...inputs, options: { timeLimit: 5 } },
  "/v1/what-if": {
    ...inputs,
    scenarios: {
      scenarios: [{ id: "cheaper", changes: [{ set: { "channels.fast-single.fee.flat": "0.50" } }] }],
    },
    options: { timeLimit: 5 },
  },
  "/v1/break-even": {
    ...inputs,
    options: { channel: "union-batch", field: "package.fee", from: "0", to: "3", timeLimit: 5 },
  },
  "/v1/frontier": { ...inputs, options: { against: "packages", points: 3, timeLimit: 5 } },
  "/v1/evaluate": {
    ...inputs,
    assignments: ORDERS_EXAMPLE.map(({ id }) => ({ order: id, channel: "fast-single" })),
    options: { plan: false },
  },
  "/v1/plans/{id}/simulations": { changes: [{ set: { "channels.union-batch.package.fee": "0.50" } }] },
  "/v1/keys": { name: "an example", scopes: ["read"] },
  "/v1/verify": { plan: "00000000-0000-4000-8000-000000000000" },
};
