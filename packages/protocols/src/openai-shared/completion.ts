import { NO_FACTS, type ReplyFacts, type ReplyView, type Usage, type WireError } from '@sluice/core';
import { asArray, asObject, asText, isObject, type JsonObject } from '../support/json.ts';
import { openaiErrorIn, readOpenaiReplyError } from './error.ts';
import { openaiFinishReason } from './finish-reason.ts';
import { readOpenaiUsage, type UsagePatch, withTimings } from './usage.ts';

/** What a whole completion says about itself. */
export function readCompletion(reply: ReplyView, patch?: UsagePatch): ReplyFacts {
  const error = readOpenaiReplyError(reply);
  const body = asObject(reply.json());
  if (body === undefined) return { ...NO_FACTS, error };
  const choice = choicesOf(body)[0];
  return {
    model: asText(body.model),
    usage: completionUsage(body, patch),
    finishReason: openaiFinishReason(choice?.finish_reason),
    error: error ?? choiceError(choice),
  };
}

/** The choices of a completion or of a chunk of one. */
export function choicesOf(body: JsonObject): readonly JsonObject[] {
  return asArray(body.choices).filter(isObject);
}

/** Usage at any of the places where a completion or a chunk states it. */
export function completionUsage(body: JsonObject, patch?: UsagePatch): Usage | null {
  // Moonshot puts it into the choice; Groq repeats it in `x_groq`, which matters when nothing else has it.
  const raw = asObject(body.usage) ?? choicesOf(body)[0]?.usage ?? asObject(body.x_groq)?.usage;
  return withTimings(readOpenaiUsage(raw, patch), body.timings);
}

/** The error that one choice ended with, though the answer around it looks good (OpenRouter). */
export function choiceError(choice: JsonObject | undefined): WireError | null {
  if (choice === undefined) return null;
  const stated = openaiErrorIn({ error: choice.error });
  if (stated !== null) return stated;
  if (openaiFinishReason(choice.finish_reason) !== 'error') return null;
  const reason = String(choice.finish_reason);
  return { code: reason, message: `The provider broke the answer off (finish reason "${reason}").` };
}
