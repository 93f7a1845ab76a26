/** A quantity a vendor stated: null when it is absent, negative or no finite number, so that unknown is never 0. */
export function asCount(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

/** The first of several spellings that states a quantity. */
export function firstCount(...values: readonly unknown[]): number | null {
  for (const value of values) {
    const count = asCount(value);
    if (count !== null) return count;
  }
  return null;
}

/** The sum of what is known, or null when nothing is. */
export function sumCounts(...values: readonly (number | null)[]): number | null {
  let sum: number | null = null;
  for (const value of values) {
    if (value !== null) sum = (sum ?? 0) + value;
  }
  return sum;
}
