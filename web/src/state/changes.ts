/** What is different from the contract as it is: values by path; null takes the number out. */
export type Changes = Readonly<Record<string, string | null>>;

/** Changes with a name, kept to be compared. */
export interface Scenario {
  readonly name: string;
  readonly changes: Changes;
}

export const NO_CHANGES: Changes = {};

/** Equal for equal changes, in whatever order they were made. */
export function keyOf(changes: Changes): string {
  return JSON.stringify(Object.entries(changes).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function isUnchanged(changes: Changes): boolean {
  return Object.keys(changes).length === 0;
}

/** The entries of a scenario's `changes`. */
export function scenarioChanges(changes: Changes): object[] {
  const entries = Object.entries(changes);
  const set = entries.filter(([, value]) => value !== null);
  const remove = entries.filter(([, value]) => value === null).map(([path]) => path);
  return [
    ...set.map(([path, value]) => ({ set: { [path]: value } })),
    ...(remove.length === 0 ? [] : [{ remove }]),
  ];
}

/** With one number changed; back at its own value it is no change any more. */
export function withChange(
  changes: Changes,
  path: string,
  value: string | null,
  asItIs: string | null,
): Changes {
  const { [path]: _, ...others } = changes;
  return value === asItIs ? others : { ...others, [path]: value };
}

export function valueUnder(changes: Changes, path: string, asItIs: string | null): string | null {
  return path in changes ? changes[path]! : asItIs;
}
