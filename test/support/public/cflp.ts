import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PublicInstance } from "./instanceFiles.js";
import { NumberReader, readTable } from "./tables.js";

/**
 * Capacitated facility location with splittable demand: a facility is a batch channel that takes at most one package,
 * its fixed cost the package fee; a customer of demand d is d orders of one bank, each at 1/d of the cost of serving
 * it, to 6 decimals. That rounding moves the optimum by at most half a millionth for each order.
 *
 * @param text `n m`; n capacities; n fixed costs; m demands; n lines of m costs of serving all of a customer's demand
 */
export function cflpInstance(text: string): PublicInstance {
  const numbers = new NumberReader(text);
  const facilities = numbers.next();
  const customers = numbers.next();
  const capacities = numbers.take(facilities);
  const fixedCosts = numbers.take(facilities);
  const demands = numbers.take(customers);
  const costs = Array.from({ length: facilities }, () => numbers.take(customers));
  return {
    channels: {
      currency: "CNY",
      channels: capacities.map((capacity, i) => ({
        id: `w${i}`,
        mode: "batch",
        coverage: demands.map((demand, j) => ({
          banks: [`BANK${j}`],
          fee: { flat: (costs[i]![j]! / demand).toFixed(6), round: { to: "0.000001" } },
        })),
        package: { fee: fixedCosts[i]!.toFixed(2), maxOrders: capacity },
        limits: { maxPackages: 1 },
      })),
    },
    orders: {
      columns: ["id", "bank", "amount"],
      rows: demands.flatMap((demand, j) =>
        Array.from({ length: demand }, (_, i) => [`c${j}-${i}`, `BANK${j}`, "1.00"]),
      ),
    },
  };
}

export interface CflpCase {
  readonly name: string;
  readonly file: string;
  /** Orders, one for each unit of demand. */
  readonly orders: number;
  /** Least cost where a customer may be served by several facilities. */
  readonly optimum: number;
}

export function cflpCases(folder: string): readonly CflpCase[] {
  return readTable(join(folder, "optima.csv")).map((row) => ({
    name: row.instance!,
    file: join(folder, row.file!),
    orders: Number(row.total_demand),
    optimum: Number(row.optimum_splittable),
  }));
}

export const readCflp = (file: string): PublicInstance => cflpInstance(readFileSync(file, "utf8"));
