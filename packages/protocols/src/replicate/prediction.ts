import type { FinishReason, ReplyFacts } from '@sluice/core';
import { finishReasonFrom, unitsOf, wireError } from '../reading/facts.ts';
import { asCount } from '../support/count.ts';
import { asObject, asText, type JsonObject } from '../support/json.ts';
import { usageOf } from '../support/usage.ts';

/** What a prediction says. One that failed is answered with a good HTTP status; one still running ends nowhere yet. */
export function readPrediction(body: JsonObject): Partial<ReplyFacts> {
  const metrics = asObject(body.metrics);
  return {
    model: asText(body.model),
    usage: usageOf({
      inputTokens: asCount(metrics?.input_token_count),
      outputTokens: asCount(metrics?.output_token_count),
      ...unitsOf({ seconds: asCount(metrics?.predict_time), images: asCount(metrics?.image_count) }),
    }),
    finishReason: FINISHED.has(body.status) ? finishReasonFrom(FINISH_REASONS, body.status) : null,
    error: body.status === 'failed' ? failure(asText(body.error)) : null,
  };
}

/** An error text may begin with Replicate's code for it: `… (E1234)` or `E1234 …`. */
function failure(message: string | null): ReplyFacts['error'] {
  return wireError(
    /\bE\d{4}\b/.exec(message ?? '')?.[0] ?? null,
    message ?? 'The prediction failed without a message.',
  );
}

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = { succeeded: 'stop', failed: 'error' };

/** A prediction that was stopped from outside ends for another reason than its model's. */
const FINISHED: ReadonlySet<unknown> = new Set(['succeeded', 'failed', 'canceled', 'aborted']);
