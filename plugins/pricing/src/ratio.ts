/** An exact fraction. Prices have more digits than a float keeps once they are multiplied and added. */
export interface Ratio {
  readonly top: bigint;
  /** Above zero. */
  readonly bottom: bigint;
}

export const ZERO: Ratio = { top: 0n, bottom: 1n };

/** The decimal that a number was written as: 0.1 is a tenth, not the binary fraction next to it. Not below zero. */
export function toRatio(value: number): Ratio {
  // Nearly all are counts of tokens, which need no look at their digits.
  if (Number.isSafeInteger(value)) return { top: BigInt(value), bottom: 1n };
  const [, whole = '0', fraction = '', exponent = '0'] = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
  const scale = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  return scale >= 0
    ? { top: digits, bottom: 10n ** BigInt(scale) }
    : { top: digits * 10n ** BigInt(-scale), bottom: 1n };
}

/** The sum of both. */
export function plus(a: Ratio, b: Ratio): Ratio {
  if (a.bottom === b.bottom) return { top: a.top + b.top, bottom: a.bottom };
  return { top: a.top * b.bottom + b.top * a.bottom, bottom: a.bottom * b.bottom };
}

/** The product of both. */
export function times(a: Ratio, b: Ratio): Ratio {
  return { top: a.top * b.top, bottom: a.bottom === 1n ? b.bottom : a.bottom * b.bottom };
}

/** `a` divided by a whole number above zero. */
export function over(a: Ratio, divisor: number): Ratio {
  return { top: a.top, bottom: a.bottom * BigInt(divisor) };
}

/** US dollars as whole 10⁻⁹ dollars, halves rounded up; null when the sum is beyond what a number counts exactly. */
export function toNanos(dollars: Ratio): number | null {
  const doubled = dollars.top * 2_000_000_000n + dollars.bottom;
  const nanos = Number(doubled / (dollars.bottom * 2n));
  return Number.isSafeInteger(nanos) ? nanos : null;
}
