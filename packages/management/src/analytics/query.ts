import type { RollupPeriod } from '@sluice/storage';
import { z } from 'zod';
import { type Choice, type Given, isMetadata, toChoice } from './choice.ts';
import { type Moment, moment } from './moments.ts';
import { METRICS, type Metric } from './ranking.ts';

/** What both questions ask for. */
export interface CallsQuery {
  readonly from: Moment;
  readonly to: Moment;
  readonly choice: Choice;
  readonly compare: 'previous' | undefined;
  /** So many keys are told apart. */
  readonly limit: number;
}

/** A chart. */
export interface SeriesQuery extends CallsQuery {
  readonly granularity: RollupPeriod | 'auto';
  readonly groupBy: string | undefined;
}

/** A top list. */
export interface TopQuery extends CallsQuery {
  readonly by: string;
  readonly metric: Metric;
}

const dimension = z
  .string()
  .regex(
    /^(?:gateway|provider|model|status|error|cached|metadata\..{1,200})$/,
    'Group by gateway, provider, model, status, error, cached or metadata.{key}.',
  );

const status = z.string().regex(/^(?:[1-5]\d\d|[1-5]xx)$/, 'A status is a number such as 429, or a class such as 5xx.');

const COMMON = {
  from: moment('-24h'),
  to: moment('now'),
  gateway: values(z.string()),
  provider: values(z.string()),
  model: values(z.string()),
  status: values(status),
  error: values(z.string()),
  cached: z.enum(['true', 'false']).optional(),
  compare: z.enum(['previous']).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(10),
};

/** The parameters of a chart. */
export const seriesQuery: z.ZodType<SeriesQuery> = open({
  ...COMMON,
  granularity: z.enum(['auto', 'minute', 'hour', 'day']).default('auto'),
  group_by: dimension.optional(),
}).transform(({ from, to, compare, limit, granularity, group_by: groupBy, ...given }, context) => {
  const choice = chosen(given, groupBy, context);
  return { from, to, compare, limit, granularity, groupBy, choice };
});

/** The parameters of a top list. */
export const topQuery: z.ZodType<TopQuery> = open({
  ...COMMON,
  by: dimension,
  metric: z.enum(METRICS).default('requests'),
}).transform(({ from, to, compare, limit, by, metric, ...given }, context) => {
  const choice = chosen(given, by, context);
  return { from, to, compare, limit, by, metric, choice };
});

/** Lets `metadata.{key}` through and refuses every other name: keys of metadata can't be listed. */
function open<T extends z.core.$ZodLooseShape>(shape: T) {
  return z.looseObject(shape).check((context) => {
    const keys = Object.keys(context.value).filter((name) => !(name in shape) && !isMetadata(name));
    if (keys.length > 0) context.issues.push({ code: 'unrecognized_keys', keys, input: context.value });
  });
}

function chosen(given: Given, by: string | undefined, context: z.core.$RefinementCtx): Choice {
  const choice = toChoice(given, by);
  if (typeof choice !== 'string') return choice;
  context.issues.push({ code: 'custom', message: choice, input: given });
  return z.NEVER;
}

/** Given once or more often. */
function values(one: z.ZodType<string>): z.ZodType<readonly string[] | undefined> {
  return z.preprocess((given) => (typeof given === 'string' ? [given] : given), z.array(one).max(100).optional());
}
