import type { Frame, FrameKind, StreamReader } from '@sluice/core';
import { openaiFinishReason } from '../openai-shared/finish-reason.ts';
import { readOpenaiUsage } from '../openai-shared/usage.ts';
import { isStated } from '../reading/facts.ts';
import { jsonStream, type StreamState } from '../reading/json-stream.ts';
import { asArray, asObject, asText, type JsonObject } from '../support/json.ts';
import { statedError } from './errors.ts';

/** Follows one streamed run. Each chunk is `{response, tool_calls, p}` or a Chat chunk; both kinds end at `[DONE]`. */
export function workersAiStream(): StreamReader {
  let calledTools = false;

  /** Native chunks state no finish reason: the end is a chunk that has usage and no text, or `[DONE]`. */
  function finish(state: StreamState): void {
    state.finishReason ??= calledTools ? 'tool_calls' : 'stop';
  }

  function native(chunk: JsonObject, state: StreamState): FrameKind {
    const calls = asArray(chunk.tool_calls).length > 0;
    calledTools ||= calls;
    // A number is a piece of text that happened to look like one.
    if (calls || typeof chunk.response === 'number' || asText(chunk.response) !== null) return 'content';
    if (isStated(chunk.usage)) finish(state);
    return 'other';
  }

  function step(chunk: JsonObject, state: StreamState): FrameKind {
    state.error = statedError(chunk);
    if (state.error !== null) return 'error';
    state.model = asText(chunk.model) ?? state.model;
    state.usage = readOpenaiUsage(chunk.usage) ?? state.usage;
    return Array.isArray(chunk.choices) ? chat(chunk.choices, state) : native(chunk, state);
  }

  function raw({ data }: Frame, state: StreamState): FrameKind | undefined {
    if (data !== '[DONE]') return undefined;
    if (state.error === null) finish(state);
    return 'end';
  }

  return jsonStream(step, raw);
}

function chat(choices: readonly unknown[], state: StreamState): FrameKind {
  const choice = asObject(choices[0]);
  state.finishReason = openaiFinishReason(choice?.finish_reason) ?? state.finishReason;
  return PIECES.some((name) => isPiece(asObject(choice?.delta)?.[name])) ? 'content' : 'other';
}

function isPiece(value: unknown): boolean {
  return asText(value) !== null || asArray(value).length > 0;
}

const PIECES: readonly string[] = ['content', 'reasoning_content', 'reasoning', 'tool_calls'];
