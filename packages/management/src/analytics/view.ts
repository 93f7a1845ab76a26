import { z } from 'zod';
import { time } from '../openapi/answers.ts';
import { METRICS } from './ranking.ts';

const share = z.number().nullable();

const spread = z
  .strictObject({ avg: z.number(), p50: z.number(), p95: z.number(), p99: z.number() })
  .meta({ id: 'Spread', description: 'Milliseconds.' });

const measures = {
  requests: z.int(),
  errors: z.int(),
  error_rate: share,
  cached_requests: z.int(),
  cache_rate: share,
  tokens_in: z.int(),
  tokens_out: z.int(),
  cache_read_tokens: z.int(),
  cache_write_tokens: z.int(),
  reasoning_tokens: z.int(),
  cost: z.number().describe('US dollars.'),
  saved_cost: z.number().describe('What answers from the cache would have cost.'),
  duration: spread.nullable(),
  time_to_first_chunk: spread.nullable(),
};

const totals = z.strictObject(measures).meta({ id: 'Measures' });
const span = { from: time(), to: time() };
const previous = z.strictObject({ ...span, totals }).optional();
const key = z.union([z.string(), z.number(), z.boolean()]).nullable();

/** What a chart looks like. */
export const wireSeries: z.ZodType = z.strictObject({
  ...span,
  granularity: z.enum(['minute', 'hour', 'day']),
  group_by: z.string().nullable(),
  series: z.array(z.strictObject({ key, points: z.array(z.strictObject({ t: time(), ...measures })), totals })),
  totals,
  previous,
});

/** What a top list looks like. */
export const wireTop: z.ZodType = z.strictObject({
  ...span,
  by: z.string(),
  metric: z.enum(METRICS),
  items: z.array(z.strictObject({ key, share, ...measures })),
  totals,
  previous,
});
