/** Milliseconds until the vendor wants to be asked again, or undefined when it does not say. */
export function retryAfter(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const exact = headers['retry-after-ms'];
  if (exact !== undefined && /^\d+(\.\d+)?$/.test(exact)) return Math.ceil(Number(exact));
  const value = headers['retry-after'];
  if (value === undefined) return undefined;
  // RFC 9110 10.2.3: seconds, or a date.
  const wait = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(wait) ? undefined : Math.max(0, Math.ceil(wait));
}
