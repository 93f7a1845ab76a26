import type { LogAttempt, LogRecord } from '@sluice/core';
import type { BodyHead, JsonValue, LogExtent } from '@sluice/storage';
import { z } from 'zod';
import { time } from './openapi/answers.ts';

type WireObject = Readonly<Record<string, JsonValue | undefined>>;

/** A row as lists show it: the published fields, then those only Sluice has. What is unknown is null. */
export function toWireLog(record: LogRecord): WireObject {
  return {
    id: record.id,
    created_at: new Date(record.createdAt).toISOString(),
    event_id: record.eventId,
    step: record.step,
    provider: record.provider,
    model: record.model,
    model_type: record.modelType,
    path: record.path,
    request_type: record.requestType,
    request_content_type: record.requestContentType,
    response_content_type: record.responseContentType,
    status_code: record.statusCode,
    success: record.success,
    cached: record.cached,
    duration: record.durationMs,
    timings: { total: record.durationMs, latency: record.latencyMs },
    tokens_in: record.tokensIn,
    tokens_out: record.tokensOut,
    usage_metadata: usageOf(record),
    cost: dollarsOf(record.costNanos),
    custom_cost: record.customCost,
    metadata: record.metadata,
    feedback: record.feedback,
    score: record.score,
    user_agent: record.userAgent,
    authentication: record.authenticated,
    method: record.method,
    streamed: record.streamed,
    partial: record.partial,
    abandoned: record.abandoned,
    time_to_first_chunk: record.timeToFirstChunkMs,
    finish_reason: record.finishReason,
    error: errorOf(record),
    attempts: record.attempts.map(toWireAttempt),
  };
}

/** A row with its sizes and how its bodies begin. A head is null when the body was not stored. */
export function toWireLogDetail(
  record: LogRecord,
  heads: Readonly<Record<'request' | 'response', BodyHead | undefined>>,
): WireObject {
  return {
    ...toWireLog(record),
    request_size: record.requestSize,
    response_size: record.responseSize,
    request_head: textOf(heads.request),
    request_head_complete: heads.request?.complete ?? false,
    response_head: textOf(heads.response),
    response_head_complete: heads.response?.complete ?? false,
  };
}

/** The smallest and greatest values of a selection, as `meta_info` asks for them. */
export function toWireExtent({
  costNanos,
  durationMs,
  tokensIn,
  tokensOut,
  totalTokens,
  isPartial,
}: LogExtent): WireObject {
  return {
    min_cost: dollarsOf(costNanos.min),
    max_cost: dollarsOf(costNanos.max),
    min_duration: durationMs.min,
    max_duration: durationMs.max,
    min_tokens_in: tokensIn.min,
    max_tokens_in: tokensIn.max,
    min_tokens_out: tokensOut.min,
    max_tokens_out: tokensOut.max,
    min_total_tokens: totalTokens.min,
    max_total_tokens: totalTokens.max,
    ...(isPartial && { meta_info_partial: true }),
  };
}

function dollarsOf(nanos: number | null): number | null {
  return nanos === null ? null : nanos / 1e9;
}

function usageOf(record: LogRecord): WireObject {
  const { tokensIn, tokensOut } = record;
  return {
    input_tokens: tokensIn,
    output_tokens: tokensOut,
    total_tokens: tokensIn === null || tokensOut === null ? null : tokensIn + tokensOut,
    output_reasoning_tokens: record.reasoningTokens,
    input_cached_tokens: record.cacheReadTokens,
    input_cache_write_tokens: record.cacheWriteTokens,
    input_audio_tokens: record.inputAudioTokens,
    output_audio_tokens: record.outputAudioTokens,
  };
}

function errorOf({ errorCode, errorMessage }: LogRecord): WireObject | null {
  return errorCode === null && errorMessage === null ? null : { code: errorCode, message: errorMessage };
}

function toWireAttempt(attempt: LogAttempt): WireObject {
  return {
    provider: attempt.provider,
    model: attempt.model,
    step: attempt.step,
    credential: attempt.credential,
    started_at: new Date(attempt.startedAt).toISOString(),
    duration: attempt.durationMs,
    status_code: attempt.status,
    error: attempt.error,
  };
}

function textOf(head: BodyHead | undefined): string | null {
  if (head === undefined) return null;
  // `stream` holds back a character that the cut went through.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(head.bytes, { stream: !head.complete });
}

const count = z.int().nullable();
const amount = z.number().nullable();

const row = {
  id: z.string(),
  created_at: time(),
  event_id: z.string(),
  step: z.int(),
  provider: z.string(),
  model: z.string(),
  model_type: z.string(),
  path: z.string(),
  request_type: z.string(),
  request_content_type: z.string(),
  response_content_type: z.string(),
  status_code: z.int(),
  success: z.boolean(),
  cached: z.boolean(),
  duration: z.number().describe('Milliseconds.'),
  timings: z.strictObject({ total: z.number(), latency: z.number() }),
  tokens_in: count,
  tokens_out: count,
  usage_metadata: z.strictObject({
    input_tokens: count,
    output_tokens: count,
    total_tokens: count,
    output_reasoning_tokens: count,
    input_cached_tokens: count,
    input_cache_write_tokens: count,
    input_audio_tokens: count,
    output_audio_tokens: count,
  }),
  cost: amount.describe('US dollars; null when unknown.'),
  custom_cost: z.boolean(),
  metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullable(),
  feedback: z.literal([-1, 0, 1]).nullable(),
  score: amount,
  user_agent: z.string().nullable(),
  authentication: z.boolean(),
  method: z.string(),
  streamed: z.boolean(),
  partial: z.boolean(),
  abandoned: z.boolean(),
  time_to_first_chunk: amount,
  finish_reason: z.string().nullable(),
  error: z.strictObject({ code: z.string().nullable(), message: z.string().nullable() }).nullable(),
  attempts: z.array(
    z.strictObject({
      provider: z.string(),
      model: z.string().nullable(),
      step: z.int(),
      credential: z.string().nullable(),
      started_at: time(),
      duration: amount,
      status_code: count,
      error: z.string().nullable(),
    }),
  ),
};

/** What a row in a list looks like. */
export const wireLog: z.ZodType = z.strictObject(row).meta({ id: 'Log' });

/** What a row with its sizes looks like. */
export const wireLogDetail: z.ZodType = z
  .strictObject({
    ...row,
    request_size: z.int(),
    response_size: z.int(),
    request_head: z.string().nullable(),
    request_head_complete: z.boolean(),
    response_head: z.string().nullable(),
    response_head_complete: z.boolean(),
  })
  .meta({ id: 'LogDetail' });

/** What a list of the log says beyond other lists. */
export const wireLogInfo: Readonly<Record<string, z.ZodType>> = {
  total_count_relation: z.literal('gte').optional().describe('There are at least as many as `total_count` says.'),
  min_cost: amount.optional(),
  max_cost: amount.optional(),
  min_duration: amount.optional(),
  max_duration: amount.optional(),
  min_tokens_in: count.optional(),
  max_tokens_in: count.optional(),
  min_tokens_out: count.optional(),
  max_tokens_out: count.optional(),
  min_total_tokens: count.optional(),
  max_total_tokens: count.optional(),
  meta_info_partial: z.literal(true).optional(),
};
