import { randomKey } from "../../../src/client/submitting.js";
import { askFile, put, remove, removeQuietly, submit } from "./service.js";
import type { PlanResource } from "./types.js";

/** The two files of a plan. */
export interface PlanFiles {
  readonly channels: File;
  readonly orders: File;
}

const ORDER_TYPES: readonly (readonly [ending: RegExp, type: string])[] = [
  [/\.(ndjson|jsonl)$/i, "application/x-ndjson"],
  [/\.json$/i, "application/json"],
  [/\.parquet$/i, "application/vnd.apache.parquet"],
];

/**
 * Uploads the orders and asks for a plan.
 *
 * @param seconds for the search
 * @returns the plan, which is only being made
 */
export async function submitPlan({ channels, orders }: PlanFiles, seconds: number): Promise<PlanResource> {
  // The service forgets sets of such names by itself, where this tab is closed meanwhile.
  const set = `page-${randomKey()}`;
  const plain = orders.name.replace(/\.gz$/i, "");
  const type = ORDER_TYPES.find(([ending]) => ending.test(plain))?.[1] ?? "text/csv";
  await put(`/v1/order-sets/${set}`, orders, {
    "content-type": type,
    ...(plain === orders.name ? {} : { "content-encoding": "gzip" }),
  });
  try {
    return await submit<PlanResource>("/v1/plans", {
      channels: { format: /\.json$/i.test(channels.name) ? "json" : "yaml", text: await channels.text() },
      orders: { set },
      options: { timeLimit: seconds },
    });
  } finally {
    // The plan keeps what it was made from. What came of asking for it counts, not whether this is tidied up.
    await removeQuietly(`/v1/order-sets/${set}`).catch(() => {});
  }
}

/** The shipped example, as if it had been dropped. */
export async function exampleFiles(): Promise<PlanFiles> {
  const [channels, orders] = await Promise.all(
    (["channels", "orders"] as const).map((file) => askFile(`/v1/examples/nightly/${file}`)),
  );
  return { channels: new File([channels!], "channels.yaml"), orders: new File([orders!], "orders.csv") };
}

export function stopPlan(id: string): Promise<PlanResource> {
  return remove(`/v1/plans/${id}`);
}
