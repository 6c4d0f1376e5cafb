import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { plan } from "../../src/index.js";
import { check } from "../conformance/check.mjs";
import { thirdKnows } from "../support/folder.js";

/**
 * Small instances whose optimum a person can prove: each folder holds both input files and what the cheapest plan
 * costs, with the proof in words. Which of several equal orders takes which place is left open.
 */
interface Expected {
  readonly objective: string;
  readonly parts: {
    readonly charges: string;
    readonly packageFees: string;
    readonly delay: string;
    readonly penalties: string;
  };
  readonly packages: number;
  /** Absent where only the cost is proven here, not that the program proves it. */
  readonly status?: "optimal" | "feasible";
  /** What the greedy engine alone reaches, where that is more. */
  readonly greedy?: string;
  readonly note: string;
}

const HERE = fileURLToPath(new URL(".", import.meta.url));
const names = readdirSync(HERE, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

test("there are instances", () => {
  expect(names.length).toBeGreaterThanOrEqual(10);
});

describe.each(names)("%s", (name) => {
  const path = (file: string) => join(HERE, name, file);
  const expected = JSON.parse(readFileSync(path("expected.json"), "utf8")) as Expected;
  const knownToThird = thirdKnows(JSON.parse(readFileSync(path("channels.json"), "utf8")));

  test("is planned at the proven cost, and the third checker agrees", async () => {
    const dir = mkdtempSync(join(tmpdir(), "packwright-"));
    const planned = await plan({
      channels: path("channels.json"),
      orders: path("orders.csv"),
      engine: "auto",
      timeLimit: 10,
      threads: 1,
    });
    try {
      const { cost, counts, status } = planned.plan;
      expect(cost).toEqual({ objective: expected.objective, ...expected.parts });
      expect(counts.packages).toBe(expected.packages);
      if (expected.status !== undefined) expect(status).toBe(expected.status);
      const out = join(dir, "plan");
      await planned.write(out);
      const { bad, packages } = check(path("channels.json"), path("orders.csv"), out) as {
        readonly bad: readonly string[];
        readonly packages: number;
      };
      if (knownToThird) expect(bad).toEqual([]);
      expect(packages).toBe(expected.packages);
    } finally {
      await planned.close();
      rmSync(dir, { recursive: true, force: true });
    }
  });

  test("is planned at that cost by the greedy engine too", async () => {
    const planned = await plan({
      channels: path("channels.json"),
      orders: path("orders.csv"),
      engine: "greedy",
      timeLimit: 10,
      threads: 1,
    });
    expect(planned.plan.cost.objective).toBe(expected.greedy ?? expected.objective);
    await planned.close();
  });
});
