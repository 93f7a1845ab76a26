import type { Attempt, Call, LogAttempt, LogRecord, Outcome, Usage } from '@sluice/core';
import { UNKNOWN_USAGE } from '@sluice/core';
import { authenticated } from '@sluice/plugin-auth';
import { callCost } from '@sluice/plugin-pricing';
import { withoutCredentials, withoutSecrets } from './redact.ts';

/** The row of a call that has ended. The call's own secrets are in none of its texts. */
export function toLogRecord(call: Call, outcome: Outcome, secrets: readonly string[]): LogRecord {
  const { reply, facts } = outcome;
  const { protocol, path } = call.target;
  const cost = call.state.get(callCost);
  return {
    id: call.id,
    account: call.account,
    gateway: call.gateway.id,
    createdAt: call.receivedAt,
    eventId: call.eventId,
    step: call.step,
    provider: call.provider.id,
    model: facts.model ?? call.request.model ?? '',
    modelType: protocol?.operation ?? 'other',
    method: call.method,
    path: path + withoutSecrets(call.query),
    requestType: protocol?.name ?? '',
    requestContentType: call.contentType,
    responseContentType: reply.headers['content-type'] ?? '',
    statusCode: outcome.status,
    success: outcome.success,
    cached: reply.source === 'cache',
    streamed: reply.type === 'stream',
    abandoned: outcome.abandoned,
    partial: outcome.partial,
    ...failureOf(outcome, secrets),
    finishReason: facts.finishReason,
    ...timesOf(outcome),
    ...tokensOf(facts.usage ?? UNKNOWN_USAGE),
    costNanos: cost?.nanos ?? null,
    customCost: cost?.custom ?? false,
    metadata: call.metadata,
    userAgent: call.headers['user-agent'] ?? null,
    authenticated: call.state.get(authenticated) ?? false,
    requestSize: call.body?.byteLength ?? 0,
    responseSize: outcome.bytesSent,
    attempts: outcome.attempts.map((attempt) => toLogAttempt(attempt, secrets)),
    feedback: null,
    score: null,
  };
}

function failureOf(
  { error, facts }: Outcome,
  secrets: readonly string[],
): Pick<LogRecord, 'errorCode' | 'errorMessage'> {
  const cause = error ?? facts.error;
  if (cause === null) return { errorCode: null, errorMessage: null };
  return { errorCode: cause.code, errorMessage: withoutCredentials(cause.message, secrets) };
}

function timesOf({ timings, reply }: Outcome): Pick<LogRecord, 'durationMs' | 'latencyMs' | 'timeToFirstChunkMs'> {
  const { receivedAt, answeredAt, firstChunkAt, endedAt } = timings;
  return {
    durationMs: endedAt - receivedAt,
    latencyMs: answeredAt - receivedAt,
    timeToFirstChunkMs: reply.type === 'stream' && firstChunkAt !== null ? firstChunkAt - receivedAt : null,
  };
}

type Tokens = Pick<
  LogRecord,
  | 'tokensIn'
  | 'tokensOut'
  | 'cacheReadTokens'
  | 'cacheWriteTokens'
  | 'reasoningTokens'
  | 'inputAudioTokens'
  | 'outputAudioTokens'
>;

function tokensOf(usage: Usage): Tokens {
  return {
    tokensIn: usage.inputTokens,
    tokensOut: usage.outputTokens,
    cacheReadTokens: usage.cacheReadTokens,
    cacheWriteTokens: usage.cacheWriteTokens,
    reasoningTokens: usage.reasoningTokens,
    inputAudioTokens: usage.inputAudioTokens,
    outputAudioTokens: usage.outputAudioTokens,
  };
}

function toLogAttempt(attempt: Attempt, secrets: readonly string[]): LogAttempt {
  const { provider, model, step, credential, startedAt, answeredAt, status, error } = attempt;
  return {
    provider,
    model,
    step,
    credential,
    startedAt,
    durationMs: answeredAt === null ? null : answeredAt - startedAt,
    status,
    error: error === null ? null : withoutCredentials(`${error.code ?? 'error'}: ${error.message}`, secrets),
  };
}
