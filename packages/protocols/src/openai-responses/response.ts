import type { FinishReason, Usage } from '@sluice/core';
import { readOpenaiUsage, type UsagePatch } from '../openai-shared/usage.ts';
import { asArray, asObject, asText, type JsonObject } from '../support/json.ts';

/** What a response object says about itself; a response that is still being made has no finish reason. */
export function readResponse(response: JsonObject, patch?: UsagePatch): ResponseFacts {
  return {
    model: asText(response.model),
    usage: readOpenaiUsage(response.usage, patch),
    finishReason: finishReasonOf(response),
  };
}

interface ResponseFacts {
  readonly model: string | null;
  readonly usage: Usage | null;
  readonly finishReason: FinishReason | null;
}

function finishReasonOf(response: JsonObject): FinishReason | null {
  switch (response.status) {
    case 'completed':
      return asArray(response.output).some(isCall) ? 'tool_calls' : 'stop';
    case 'incomplete':
      return INCOMPLETE.get(asObject(response.incomplete_details)?.reason) ?? 'other';
    case 'failed':
      return 'error';
    case 'cancelled':
      return 'other';
    default:
      return null;
  }
}

/** A call that the client has to answer; hosted tools (`web_search_call`, …) have run already. */
function isCall(item: unknown): boolean {
  const type = asObject(item)?.type;
  return type === 'function_call' || type === 'custom_tool_call';
}

const INCOMPLETE: ReadonlyMap<unknown, FinishReason> = new Map([
  ['max_output_tokens', 'length'],
  ['content_filter', 'content_filter'],
]);
