import type { RoundMode } from "../model/contract.js";

/** `dividend / divisor` (both at least 0, the divisor above) as a whole number. */
export function roundDivide(dividend: bigint, divisor: bigint, mode: RoundMode): bigint {
  const quotient = dividend / divisor;
  const rest = dividend % divisor;
  const twice = 2n * rest;
  const half = twice > divisor ? 1 : twice < divisor ? -1 : 0;
  return roundsUp(mode, quotient % 2n === 1n, rest === 0n, half) ? quotient + 1n : quotient;
}

/**
 * Whether a quotient with a rest goes up to the next whole number.
 *
 * @param half above, at or below 0 as the rest is above, at or below half the divisor
 */
export function roundsUp(mode: RoundMode, odd: boolean, whole: boolean, half: number): boolean {
  if (whole) return false;
  switch (mode) {
    case "up":
      return true;
    case "down":
      return false;
    case "halfUp":
      return half >= 0;
    case "halfEven":
      return half > 0 || (half === 0 && odd);
  }
}

/** Of whole numbers of at least 0. */
export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Exact sums of safe integers, many side by side: doubles that spill into bigints before they could round. */
export class ExactSums {
  readonly #low: Float64Array;
  readonly #high = new Map<number, bigint>();

  constructor(count: number) {
    this.#low = new Float64Array(count);
  }

  /** @param value a safe integer of at least 0 */
  add(index: number, value: number): void {
    const sum = this.#low[index]! + value;
    if (sum <= Number.MAX_SAFE_INTEGER) {
      this.#low[index] = sum;
    } else {
      this.#high.set(index, this.total(index) + BigInt(value));
      this.#low[index] = 0;
    }
  }

  total(index: number): bigint {
    return (this.#high.get(index) ?? 0n) + BigInt(this.#low[index]!);
  }
}

/** Gives equal pairs of small numbers the same number, counting from 0. */
export class PairNumbers {
  readonly #numbers = new Map<number, number>();

  /** @param a and @param b both below 2^26, so that a pair is one exact double */
  of(a: number, b: number): number {
    const pair = a * 0x4000000 + b;
    let number = this.#numbers.get(pair);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(pair, number);
    }
    return number;
  }
}

/** Gives equal texts the same number, counting from 0. */
export class TextNumbers {
  readonly #numbers = new Map<string, number>();

  of(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(text, number);
    }
    return number;
  }

  /** The number of a text seen before, else -1. */
  find(text: string): number {
    return this.#numbers.get(text) ?? -1;
  }

  get size(): number {
    return this.#numbers.size;
  }
}
