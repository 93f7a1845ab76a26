import {
  filterProblem,
  LOG_ORDER_KEYS,
  type LogFilter,
  type LogOrderKey,
  type LogQuery,
  type LogRemoval,
} from '@sluice/storage';
import { z } from 'zod';
import { isFilterPart, logFilters, readFilters } from './log-filters.ts';
import { noted } from './openapi/describe.ts';
import { direction, flag, page, perPage } from './paging.ts';
import { explain, toProblems } from './problems.ts';
import { InvalidRequest } from './refusal.ts';
import type { Validated } from './validate.ts';

/** Which rows of the log are wanted, and how. */
export const logQuery: z.ZodType<LogQuery> = z
  .strictObject({
    page: page(),
    per_page: perPage(50),
    order_by: orderKey().optional(),
    order_by_direction: direction(),
    search: z.string().max(200).optional(),
    meta_info: flag(),
    filters: logFilters.optional(),
    // What follows is older than `filters`, and means the same.
    direction: direction(),
    ...older(),
  })
  .transform(({ page, per_page, order_by, order_by_direction, search, meta_info, filters, direction, ...rest }) => ({
    page,
    perPage: per_page,
    orderBy: order_by,
    direction: order_by_direction ?? direction,
    search,
    extent: meta_info,
    filters: [...(filters ?? []), ...olderFilters(rest)],
  }));

/** Which rows of the log are to go. */
export const logRemoval: z.ZodType<LogRemoval> = z
  .strictObject({
    filters: logFilters.optional(),
    limit: z.preprocess(numberIn, z.int().min(1)).optional(),
    order_by: orderKey().optional(),
    order_by_direction: direction(),
  })
  .transform(({ filters, limit, order_by, order_by_direction }) => ({
    filters,
    limit,
    orderBy: order_by,
    direction: order_by_direction,
  }));

/** The query as the schema wants it, or one 7001 for each problem. The order of its parameters says which belong together. */
export function validLogQuery<T>(schema: z.ZodType<T>): Validated<'query', T> {
  const check: Validated<'query', T> = async (c, next) => {
    const result = schema.safeParse(queryOf(new URL(c.req.url).searchParams), { error: explain });
    if (!result.success) throw new InvalidRequest(toProblems(result.error, 'query'));
    c.req.addValidatedData('query', result.data as object);
    await next();
  };
  return noted(check, { query: schema });
}

function queryOf(params: URLSearchParams): Record<string, unknown> {
  const entries = [...params];
  const names = new Set(entries.map(([name]) => name).filter((name) => !isFilterPart(name)));
  const plain = [...names].map((name) => {
    const values = params.getAll(name);
    return [name, values.length === 1 ? values[0] : values];
  });
  const parts = entries.filter(([name]) => isFilterPart(name));
  return Object.fromEntries(parts.length === 0 ? plain : [...plain, ['filters', readFilters(parts)]]);
}

/** The older parameters: the first two are called by what they filter. */
function older() {
  return {
    cached: flag(),
    success: flag(),
    feedback: z.preprocess(numberIn, z.literal([0, 1])).optional(),
    model: z.string().optional(),
    model_type: z.string().optional(),
    provider: z.string().optional(),
    request_content_type: z.string().optional(),
    response_content_type: z.string().optional(),
    start_date: moment().optional(),
    end_date: moment().optional(),
    min_cost: number().optional(),
    max_cost: number().optional(),
    min_duration: number().optional(),
    max_duration: number().optional(),
    min_tokens_in: number().optional(),
    max_tokens_in: number().optional(),
    min_tokens_out: number().optional(),
    max_tokens_out: number().optional(),
    min_total_tokens: number().optional(),
    max_total_tokens: number().optional(),
  };
}

type Older = { readonly [Name in keyof ReturnType<typeof older>]?: string | number | boolean | undefined };

function olderFilters(query: Older): LogFilter[] {
  return Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [olderFilter(name, value)]));
}

/** Bounds include what they name. */
function olderFilter(name: string, value: string | number | boolean): LogFilter {
  const bound = /^(min|max|start|end)_(.+)$/.exec(name);
  if (bound === null) return { key: name, operator: 'eq', value: [value] };
  const [, end = '', what = ''] = bound;
  const operator = end === 'min' || end === 'start' ? 'gte' : 'lte';
  return { key: KEYS[what] ?? what, operator, value: [value] };
}

const KEYS: Readonly<Record<string, string>> = { date: 'created_at', total_tokens: 'tokens' };

function orderKey(): z.ZodType<LogOrderKey> {
  return z.enum(LOG_ORDER_KEYS);
}

function number() {
  return z.preprocess(numberIn, z.number());
}

function moment() {
  return z.string().superRefine((text, context) => {
    const problem = filterProblem({ key: 'created_at', operator: 'gte', value: [text] });
    if (problem !== undefined) context.addIssue({ code: 'custom', message: DATES });
  });
}

const DATES = 'This must be a date or time like 2026-10-01T08:00:00Z.';

/** What is no number stays as it is, for the schema to complain about. */
function numberIn(text: unknown): unknown {
  const isNumber = typeof text === 'string' && text.trim() !== '' && Number.isFinite(Number(text));
  return isNumber ? Number(text) : text;
}
