import type { FinishReason, ReplyFacts, ReplyView, Usage } from '@sluice/core';
import { openaiFinishReason } from '../openai-shared/finish-reason.ts';
import { readOpenaiUsage } from '../openai-shared/usage.ts';
import { unitsOf } from '../reading/facts.ts';
import { asCount } from '../support/count.ts';
import { asArray, asObject, asText, type JsonObject } from '../support/json.ts';
import { usageOf } from '../support/usage.ts';
import { statedError } from './errors.ts';

/**
 * What a whole answer says. `result` holds `{response, tool_calls, usage}`, or a Chat completion, or a Responses
 * object, or what a model of another kind made; a picture or a sound may be the body itself.
 */
export function readResult(body: JsonObject, reply: ReplyView): Partial<ReplyFacts> {
  const error = statedError(body);
  if (error !== null) return { error };
  const result = asObject(body.result) ?? body;
  return {
    model: asText(result.model),
    usage: readOpenaiUsage(result.usage) ?? unitUsage(result, reply),
    finishReason: resultFinishReason(result),
  };
}

/** Why a result of one of the three chat shapes ended; null for everything that is no chat. */
function resultFinishReason(result: JsonObject): FinishReason | null {
  const choice = asObject(asArray(result.choices)[0]);
  if (choice !== undefined) return openaiFinishReason(choice.finish_reason);
  if (result.object === 'response') return responseFinishReason(result);
  if (result.response === undefined && result.tool_calls === undefined) return null;
  return asArray(result.tool_calls).length > 0 ? 'tool_calls' : 'stop';
}

function responseFinishReason(result: JsonObject): FinishReason | null {
  switch (result.status) {
    case 'completed':
      return asArray(result.output).some((item) => asObject(item)?.type === 'function_call') ? 'tool_calls' : 'stop';
    case 'incomplete':
      return asObject(result.incomplete_details)?.reason === 'content_filter' ? 'content_filter' : 'length';
    case 'failed':
      return 'error';
    default:
      return null;
  }
}

/** One picture, or the length of what was transcribed. */
function unitUsage(result: JsonObject, reply: ReplyView): Usage | null {
  const isImage = asText(result.image) !== null || reply.headers['content-type']?.startsWith('image/') === true;
  const seconds = asCount(asObject(result.transcription_info)?.duration);
  return usageOf(unitsOf({ images: isImage ? 1 : null, seconds }));
}
