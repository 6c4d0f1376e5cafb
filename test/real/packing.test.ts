import { describe, expect, it } from "vitest";
import type { PlanFile } from "../../src/index.js";
import { bppCases, readBpp } from "../support/public/bpp.js";
import { withPublicData } from "../support/public/publicData.js";
import { readVsbpp, vsbppCases } from "../support/public/vsbpp.js";
import { planPublic } from "./planned.js";

const bpp = withPublicData("bpp");
const vsbpp = withPublicData("vsbpp");

/** All orders routed at the published optimum, which a certificate proves that both checkers have seen. */
function expectProven(name: string, plan: PlanFile, orders: number, optimum: number): void {
  console.log(`${name}: ${plan.cost.objective} planned, ${plan.bound} proven, ${plan.timings.solve} ms`);
  expect(plan.counts).toMatchObject({ orders, routed: orders });
  expect(Number(plan.cost.objective)).toBe(optimum);
  expect(plan).toMatchObject({ status: "optimal", proof: "certificate", gap: 0 });
}

describe.skipIf(bpp.missing)(bpp.title("bin packing, one file of each family"), () => {
  for (const family of ["u120", "u250", "t60", "t120"])
    it(family, async () => {
      const found = bppCases(bpp.folder).find(({ name }) => name.includes(`_${family}_`))!;
      const instance = readBpp(found.file);
      const plan = await planPublic(instance, { timeLimit: 20 });
      expectProven(found.name, plan, instance.orders.rows.length, found.optimum);
      expect(plan.counts.packages).toBe(Number(plan.cost.objective));
    });
});

describe.skipIf(vsbpp.missing)(vsbpp.title("bins of several sizes, two files of each of five sizes"), () => {
  const cases = vsbpp.missing ? [] : vsbppCases(vsbpp.folder);
  // The second one needs questions about package counts where the root's bound is not enough.
  for (const orders of [25, 50, 100, 200, 500])
    for (const family of ["1_1_A", "1_3_A"])
      it(`${orders} orders, ${family}`, async () => {
        const found = cases.find((each) => each.orders === orders && each.name.includes(`${family}_`))!;
        const plan = await planPublic(readVsbpp(found.file), { timeLimit: 20 });
        expectProven(found.name, plan, found.orders, found.optimum!);
      });
});
