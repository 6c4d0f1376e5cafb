import { describe, expect, it } from "vitest";
import type { PlanFile } from "../../src/index.js";
import { bppCases, readBpp } from "../support/public/bpp.js";
import { withPublicData } from "../support/public/publicData.js";
import { readVsbpp, vsbppCases } from "../support/public/vsbpp.js";
import { planPublic } from "./planned.js";

const bpp = withPublicData("bpp");
const vsbpp = withPublicData("vsbpp");

/** A valid plan of all orders, on the right side of the optimum; says how far from it. */
function expectAround(name: string, plan: PlanFile, orders: number, optimum: number): void {
  const objective = Number(plan.cost.objective);
  const claimed = Number(plan.engineBound ?? plan.bound);
  console.log(
    `${name}: ${objective} planned, optimum ${optimum}, gap ${((100 * (objective - optimum)) / optimum).toFixed(2)}%, ` +
      `bound ${plan.bound} certified, ${plan.engineBound ?? "none"} claimed`,
  );
  expect(plan.counts).toMatchObject({ orders, routed: orders });
  expect(objective).toBeGreaterThanOrEqual(optimum);
  expect(Number(plan.bound)).toBeLessThanOrEqual(optimum);
  expect(claimed).toBeLessThanOrEqual(optimum);
  if (plan.status === "optimal") expect(objective).toBe(optimum);
}

describe.skipIf(bpp.missing)(bpp.title("bin packing, one file of each family"), () => {
  for (const family of ["u120", "u250", "t60", "t120"])
    it(family, async () => {
      const found = bppCases(bpp.folder).find(({ name }) => name.includes(`_${family}_`))!;
      const instance = readBpp(found.file);
      const plan = await planPublic(instance, { engine: "exact", timeLimit: 3 });
      expectAround(found.name, plan, instance.orders.rows.length, found.optimum);
      expect(plan.counts.packages).toBe(Number(plan.cost.objective));
    });
});

describe.skipIf(vsbpp.missing)(vsbpp.title("bins of several sizes, one file of each of four sizes"), () => {
  const cases = vsbpp.missing ? [] : vsbppCases(vsbpp.folder);
  for (const orders of [25, 100, 200, 500])
    it(`${orders} orders`, async () => {
      const found = cases.find((each) => each.orders === orders && each.optimum !== null)!;
      const plan = await planPublic(readVsbpp(found.file), { engine: "exact", timeLimit: 3 });
      expectAround(found.name, plan, found.orders, found.optimum!);
    });
});
