import { formatAmount, formatCost, parseCost, parseMoney } from "../model/money.js";
import type { PackageRow } from "../model/planFolder.js";
import type { Instance } from "./instance.js";
import { instantText, namesInstant } from "./instants.js";
import { packageFee } from "./packageFee.js";
import type { PackageTable } from "./packages.js";
import type { ViolationList } from "./violations.js";

/**
 * Compares what the packages file states of each package with what its orders come to.
 *
 * @param rows of the packages file, those that the table was read from
 */
export function checkPackageFigures(
  { contract }: Instance,
  rows: readonly PackageRow[],
  packages: PackageTable,
  violations: ViolationList,
): void {
  const { exponent, planAt } = contract;
  rows.forEach((row, p) => {
    const channel = contract.channels[packages.channel[p]!];
    if (channel === undefined) return;
    const wrong = (field: string, stated: string, is: string) =>
      violations.add(
        "PACKAGE_FIGURE",
        `packages.${field}`,
        { package: row.package, channel: channel.id },
        () => `Package ${row.package} states ${field} "${stated}", but it is ${is === "" ? "empty" : is}.`,
      );
    const orders = String(packages.orders[p]!);
    if (row.orders !== orders) wrong("orders", row.orders, orders);
    const amount = packages.amount.total(p);
    if (parseMoney(row.amount, exponent) !== amount)
      wrong("amount", row.amount, formatAmount(amount, exponent));
    const charges = packages.charges.total(p);
    if (parseCost(row.charges, exponent) !== charges)
      wrong("charges", row.charges, formatCost(charges, exponent));
    const fee = packageFee(channel.package, packages.orders[p]!);
    if (parseCost(row.fee, exponent) !== fee) wrong("fee", row.fee, formatCost(fee, exponent));
    for (const [field, moment] of [
      ["startsAt", packages.starts[p]!],
      ["finishesAt", packages.finishes[p]!],
    ] as const) {
      const right = planAt === null ? row[field] === "" : namesInstant(contract, row[field], moment);
      if (!right) wrong(field, row[field], planAt === null ? "" : instantText(contract, moment));
    }
  });
}
