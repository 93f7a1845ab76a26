import type { LogAttempt, LogRecord } from '@sluice/core';
import type { BodyHead, JsonValue } from '@sluice/storage';

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
    cost: record.costNanos === null ? null : record.costNanos / 1e9,
    custom_cost: record.customCost,
    metadata: record.metadata,
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
