import { InputError, type Issue } from "../model/issue.js";

/** Size and seed of a generated instance. All whole numbers. */
export interface GenerateOptions {
  /** 1 to 1,000,000,000. */
  readonly orders: number;
  /** 1 to 10,000. */
  readonly banks: number;
  /** 2 to 1,000: at least one batch and one single channel. */
  readonly channels: number;
  /** 0 to 2^53 − 1. */
  readonly seed: number;
}

const RANGES: Readonly<Record<keyof GenerateOptions, readonly [number, number]>> = {
  orders: [1, 1_000_000_000],
  banks: [1, 10_000],
  channels: [2, 1_000],
  seed: [0, Number.MAX_SAFE_INTEGER],
};

/** @throws InputError naming every option out of its range */
export function checkOptions(options: GenerateOptions): void {
  const issues: Issue[] = [];
  for (const [name, [low, high]] of Object.entries(RANGES)) {
    const value = options[name as keyof GenerateOptions];
    if (Number.isSafeInteger(value) && value >= low && value <= high) continue;
    issues.push({
      code: "OUT_OF_RANGE",
      path: name,
      message: `must be a whole number from ${low} to ${high}`,
      value: String(value),
    });
  }
  if (issues.length > 0) throw new InputError(issues);
}
