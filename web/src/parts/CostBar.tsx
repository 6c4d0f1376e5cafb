import { costUnits, ratio } from "../../../src/report/numbers.js";
import { costParts } from "../../../src/report/words.js";
import type { PlanFile } from "../api/types.js";
import { useWords } from "../words/context.js";

type Cost = PlanFile["cost"];

/** Cost units that a bar shows: all parts but discounts. */
export function drawnUnits(cost: Cost, exponent: number): bigint {
  return costParts(cost)
    .map(({ money }) => costUnits(money, exponent))
    .reduce((sum, units) => (units > 0n ? sum + units : sum), 0n);
}

/**
 * A cost as a bar of its parts.
 *
 * @param of cost units of the whole width
 */
export function CostBar({
  cost,
  of,
  exponent,
  height,
}: {
  cost: Cost;
  of: bigint;
  exponent: number;
  height: number;
}) {
  let at = 0;
  const parts = costParts(cost).map(({ key, money }) => {
    const share = Math.max(0, ratio(costUnits(money, exponent), of));
    const x = at;
    at += share;
    return { key, x, share };
  });
  const percent = (share: number) => `${Number((share * 100).toFixed(3))}%`;
  return (
    <svg class="drawing" width="100%" height={height} aria-hidden="true">
      <rect class="track" width="100%" height={height} rx="2" />
      {parts
        .filter(({ share }) => share > 0)
        .map(({ key, x, share }) => (
          <rect key={key} class={`c-${key} edge`} x={percent(x)} width={percent(share)} height={height} />
        ))}
    </svg>
  );
}

export function CostLegend({ cost }: { cost: Cost }) {
  const words = useWords();
  return (
    <ul class="legend">
      {costParts(cost).map(({ key }) => (
        <li key={key}>
          <Swatch of={key} /> {words.cost[key].label}
        </li>
      ))}
    </ul>
  );
}

export function Swatch({ of }: { of: string }) {
  return (
    <svg class="swatch" width="14" height="12" aria-hidden="true">
      <rect class={`c-${of}`} width="14" height="12" rx="2" />
    </svg>
  );
}
