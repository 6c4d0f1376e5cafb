import { describe, expect, it } from "vitest";
import { banksServed, MOST_OFFERS } from "../../../src/app/banksServed.js";
import { InputError } from "../../../src/model/issue.js";
import { contractOf } from "../../support/instance.js";

/** Every bank has as many offers as there are rules, and so have all others. */
function contract(banks: number, rules: number) {
  const named = Array.from({ length: banks }, (_, i) => `B${i}`);
  const more = Array.from({ length: rules - 1 }, (_, i) => ({ banks: "*", amount: { max: `${i + 1}.00` } }));
  return contractOf({
    currency: "CNY",
    channels: [
      {
        id: "only",
        mode: "single",
        coverage: [{ banks: "*", except: ["X"], amount: { min: "0.02" } }, ...more],
        fee: { flat: "1.00" },
      },
      {
        id: "naming",
        mode: "single",
        coverage: [{ banks: named, limits: { maxOrders: 0 } }],
        fee: { flat: "1.00" },
      },
    ],
  });
}

describe("banksServed", () => {
  it("is as fast where a rule names as many banks as there may be offers", () => {
    const banks = MOST_OFFERS - 1;
    const many = contract(banks, 1);
    const start = performance.now();
    expect(banksServed(many).banks).toHaveLength(banks + 1);
    // To look each up in a list would be five thousand million steps.
    expect(performance.now() - start).toBeLessThan(3_000);
  });

  it("tells of as many offers as it may, and refuses a contract that makes more", () => {
    const rules = 500;
    // X is named, but excepted from one of the rules; and there are all the other banks.
    const banks = MOST_OFFERS / rules - 2;
    const { banks: told, others } = banksServed(contract(banks, rules));
    expect(told).toHaveLength(banks + 1);
    expect(told.reduce((sum, { single }) => sum + single.length, others.single.length)).toBe(MOST_OFFERS - 1);
    expect(() => banksServed(contract(banks + 1, rules))).toThrow(InputError);
    expect(() => banksServed(contract(banks + 1, rules))).toThrow(
      `${banks + 2} banks and ${rules + 1} rules make more than ${MOST_OFFERS} offers`,
    );
  });
});
