/** Names of the parts of a channels file, in one language. */
export interface FieldNames {
  /** By the last part, or the last two where one does not say enough. */
  readonly leaves: Readonly<Record<string, string>>;
  rule(number: string): string;
  tier(number: string): string;
}

/** `coverage.2.fee.flat` as a person says it; what has no name goes by its own. */
export function fieldName(field: string, { leaves, rule, tier }: FieldNames): string {
  const parts = field.split(".");
  const before: string[] = [];
  parts.forEach((part, i) => {
    if (part === "coverage") before.push(rule(ordinalOf(parts[i + 1]!)));
    if (part === "tiers" || part === "feeTiers") before.push(tier(ordinalOf(parts[i + 1]!)));
  });
  const two = parts.slice(-2).join(".");
  const last = leaves[two] ?? leaves[parts.at(-1)!] ?? two;
  return [...before, last].join(" · ");
}

/** Rules and tiers count from 1 for a person; those with names keep them. */
function ordinalOf(part: string): string {
  return /^\d+$/.test(part) ? String(Number(part) + 1) : part;
}
