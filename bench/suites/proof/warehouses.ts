import { planPublic } from "../../../test/real/planned.js";
import { cflpCases, readCflp } from "../../../test/support/public/cflp.js";
import { withPublicData } from "../../../test/support/public/publicData.js";
import { duration } from "../../format.js";
import type { BenchOptions, Section } from "../../section.js";

const LIMIT_S = 20;
const MOST_MS = 2000;

/** OR-Library's warehouses with the default engines: proven by certificate, and in what time. */
export async function warehouses({ quick, say }: BenchOptions): Promise<Section> {
  const { folder, missing, title } = withPublicData("cflp");
  if (missing) {
    say(title("cflp"));
    return { tables: [], targets: [] };
  }
  const rows: string[][] = [];
  let reached = 0;
  let longest = 0;
  const cases = quick ? cflpCases(folder).slice(0, 2) : cflpCases(folder);
  for (const { name, file, orders, optimum } of cases) {
    const plan = await planPublic(readCflp(file), { timeLimit: LIMIT_S });
    const ms = (plan.timings.class ?? 0) + (plan.timings.solve ?? 0);
    const proven = plan.status === "optimal" && plan.proof === "certificate";
    if (proven && Number(plan.cost.objective) === optimum) reached++;
    longest = Math.max(longest, ms);
    rows.push([
      name,
      String(orders),
      String(optimum),
      plan.cost.objective,
      proven ? "yes" : `no: ${plan.bound}`,
      duration(ms),
    ]);
  }
  return {
    tables: [
      {
        caption:
          "`cflp` with the defaults of `plan`: classing, search and proof; every plan and certificate checked.",
        columns: ["file", "orders", "optimum", "cost", "proven by certificate", "time"],
        rows,
      },
    ],
    targets: [
      {
        name: "cap41 to cap74 with the defaults: the published optimum, by certificate",
        asked: `all, ≤ ${duration(MOST_MS)} each`,
        measured: `${reached} of ${cases.length}, longest ${duration(longest)}`,
        met: reached === cases.length && longest <= MOST_MS,
      },
    ],
  };
}
