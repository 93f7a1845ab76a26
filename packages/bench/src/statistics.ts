/** The value that a share of the samples does not exceed: `quantile(samples, 0.99)`. NaN without samples. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The middle one, which a single disturbed round does not move. */
export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}
