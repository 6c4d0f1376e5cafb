import { describe, expect, it } from "vitest";
import { cflpCases, readCflp } from "../support/public/cflp.js";
import { withPublicData } from "../support/public/publicData.js";
import { planPublic } from "./planned.js";

const data = withPublicData("cflp");

describe.skipIf(data.missing)(data.title("warehouse location: the published optimum, proven"), () => {
  for (const { name, file, optimum, orders } of data.missing ? [] : cflpCases(data.folder))
    for (const mip of ["javascript-lp-solver", "highs"] as const)
      it(`${name} with ${mip}`, async () => {
        const plan = await planPublic(readCflp(file), { engine: "exact", mip, timeLimit: 30 });
        console.log(name,mip,plan.cost.objective,optimum,JSON.stringify(plan.timings));
        expect(plan).toMatchObject({ status: "optimal", proof: "engine", gap: 0, stoppedBy: "optimal" });
        expect(plan.counts).toMatchObject({ orders, routed: orders });
        expect(Math.abs(Number(plan.cost.objective) - optimum)).toBeLessThanOrEqual(orders * 0.5e-6);
      });
});
