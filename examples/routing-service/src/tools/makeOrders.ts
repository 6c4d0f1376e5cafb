import { formatMoney } from "../money.js";

/** Writes a mixed batch file of made-up orders to standard output: `node dist/tools/makeOrders.js 2000`. */

const count = Number(process.argv[2] ?? 200);

/** The same numbers in every run (Park and Miller's generator). */
let state = 20_261_122;
function random(): number {
  state = (state * 48_271) % 2_147_483_647;
  return state / 2_147_483_647;
}

/** Bank and its share: RURAL is on the batch channel alone, CMB and BCM on the single one, NOWHERE on none. */
const BANKS = [
  ["ICBC", 0.3],
  ["CCB", 0.22],
  ["ABC", 0.14],
  ["BOC", 0.1],
  ["RURAL", 0.04],
  ["CMB", 0.12],
  ["BCM", 0.06],
  ["NOWHERE", 0.02],
] as const;

function bankAt(share: number): string {
  let rest = share;
  for (const [bank, own] of BANKS) {
    rest -= own;
    if (rest < 0) return bank;
  }
  return "NOWHERE";
}

const lines = ["id,bank,amount,account,accountType,unroutedPenalty"];
for (let i = 1; i <= count; i++) {
  const bank = bankAt(random());
  // Many small amounts, few large ones.
  const cents = 100 + Math.floor(10 ** (2 + 4.5 * random() ** 1.5));
  const account = `62${String(Math.floor(random() * 1e14)).padStart(14, "0")}`;
  const type = random() < 0.93 ? "personal" : "corporate";
  // Some can wait for tomorrow: nobody loses much by it.
  const penalty = random() < 0.05 ? "0.40" : "";
  const amount = formatMoney(BigInt(cents) * 10_000n);
  lines.push(`R${String(i).padStart(6, "0")},${bank},${amount},${account},${type},${penalty}`);
}
process.stdout.write(`${lines.join("\n")}\n`);
