/** Milliseconds until the vendor wants to be asked again, or undefined when it does not say. */
export function retryAfter(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  return positive(headers['retry-after-ms']) ?? fromStandard(headers['retry-after'], now);
}

/** RFC 9110 10.2.3: seconds, or a date. */
function fromStandard(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const seconds = positive(value);
  if (seconds !== undefined) return seconds * 1000;
  const wait = Date.parse(value) - now;
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

function positive(value: string | undefined): number | undefined {
  const number = Number(value?.trim() || Number.NaN);
  return number >= 0 && number < Number.POSITIVE_INFINITY ? number : undefined;
}
