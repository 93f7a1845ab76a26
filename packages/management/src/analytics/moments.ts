import { z } from 'zod';

/** A moment as clients write it: RFC 3339, `now`, or how long ago: `-15m`, `-24h`, `-7d`, `-4w`. Read against the clock. */
export type Moment = (now: number) => number;

/** A query parameter that names a moment. */
export function moment(unlessGiven: string): z.ZodType<Moment> {
  return z
    .string()
    .default(unlessGiven)
    .transform((text, context) => {
      const read = readMoment(text);
      if (read !== undefined) return read;
      context.issues.push({ code: 'custom', input: text, message: `${MOMENT_RULE}, received '${text.slice(0, 40)}'.` });
      return z.NEVER;
    });
}

const MOMENT_RULE =
  'A moment must be an RFC 3339 time such as 2026-01-31T12:00:00Z, "now", or a time ago such as -15m, -24h, -7d or -4w';

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

function readMoment(text: string): Moment | undefined {
  if (text === 'now') return (now) => now;
  const [, amount, unit = ''] = /^-(\d{1,5})([mhdw])$/.exec(text) ?? [];
  if (amount !== undefined) return (now) => Math.max(0, now - Number(amount) * (UNITS[unit] ?? 0));
  if (!RFC_3339.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) || time < 0 ? undefined : () => time;
}

// A `+` in a query reads as a blank when nobody wrote it as %2B.
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/i;
