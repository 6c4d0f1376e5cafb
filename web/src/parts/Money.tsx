import { group } from "../../../src/report/numbers.js";

/** Money with its small coins, and what is below them in small type: a cost is exact. */
export function Money({
  value,
  exponent,
  plus = false,
}: {
  value: string;
  exponent: number;
  plus?: boolean;
}) {
  const text = group(value);
  const sign = plus && !text.startsWith("−") && /[1-9]/.test(text) ? "+" : "";
  const [whole, fraction = ""] = text.split(".");
  const coins = fraction.slice(0, exponent).padEnd(exponent, "0");
  const rest = fraction.slice(exponent);
  return (
    <span class="money">
      {sign}
      {whole}
      {exponent > 0 && `.${coins}`}
      {rest !== "" && <small>{rest}</small>}
    </span>
  );
}

/** In place of a figure that is being worked out. */
export function Pending() {
  return (
    <span class="pending" aria-hidden="true">
      ···
    </span>
  );
}
