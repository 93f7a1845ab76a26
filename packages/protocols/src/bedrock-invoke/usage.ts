import { type ReplyView, UNKNOWN_USAGE, type Usage } from '@sluice/core';
import { plus } from '../reading/facts.ts';
import { asCount } from '../support/count.ts';
import { asObject, asText, type JsonObject } from '../support/json.ts';
import { usageOf } from '../support/usage.ts';

/** The counts that Bedrock itself adds to the last chunk of every model's stream. */
export function metricsUsage(event: JsonObject): Usage | null {
  const metrics = asObject(event[METRICS]);
  return counts(
    asCount(metrics?.inputTokenCount),
    asCount(metrics?.outputTokenCount),
    asCount(metrics?.cacheReadInputTokenCount),
    asCount(metrics?.cacheWriteInputTokenCount),
  );
}

/** The same counts in the headers of a whole answer. */
export function headerUsage({ headers }: ReplyView): Usage | null {
  const count = (name: string): number | null => {
    const value = asText(headers[`x-amzn-bedrock-${name}-token-count`]);
    return value === null ? null : asCount(Number(value));
  };
  return counts(count('input'), count('output'), count('cache-read-input'), count('cache-write-input'));
}

/** What the model says about itself, and what Bedrock counted where the model is silent. */
export function fillUsage(own: Usage | null, counted: Usage | null): Usage | null {
  if (own === null || counted === null) return own ?? counted;
  const known = Object.entries(own).filter(([, value]) => value !== null);
  return { ...counted, ...Object.fromEntries(known) };
}

/** True when an event carries Bedrock's counts, which only the last one does. */
export function isLast(event: JsonObject): boolean {
  return asObject(event[METRICS]) !== undefined;
}

const METRICS = 'amazon-bedrock-invocationMetrics';

/** As in Converse, the input count leaves out what the prompt cache served or took. */
function counts(
  input: number | null,
  outputTokens: number | null,
  cacheReadTokens: number | null,
  cacheWriteTokens: number | null,
): Usage | null {
  const inputTokens = plus(input, cacheReadTokens, cacheWriteTokens);
  return usageOf({ ...UNKNOWN_USAGE, inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens });
}
