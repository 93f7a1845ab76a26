import type { FrameData, FrameKind, Protocol, WireError } from '@sluice/core';
import type { OpenaiOptions } from '../openai-shared/completions-protocol.ts';
import { openaiErrorIn, openaiErrorType } from '../openai-shared/error.ts';
import { eventProtocol } from '../openai-shared/event-protocol.ts';
import type { UsagePatch } from '../openai-shared/usage.ts';
import { eventMessage } from '../reading/facts.ts';
import type { StreamState } from '../reading/json-stream.ts';
import { asObject, asText, type JsonObject } from '../support/json.ts';
import { readResponse } from './response.ts';

/** OpenAI Responses. A stream ends with an event that holds the whole response, and never with `[DONE]`. */
export function openaiResponses({ usage }: OpenaiOptions = {}): Protocol {
  return eventProtocol({
    name: 'openai-responses',
    operation: 'chat',
    answer: (body) => readResponse(body, usage),
    event: (event, state, name) => readEvent(event, state, asText(event.type) ?? name, usage),
    writeError,
  });
}

function readEvent(event: JsonObject, state: StreamState, type = '', patch?: UsagePatch): FrameKind {
  if (type === 'error') {
    state.error ??= { code: asText(event.code), message: eventMessage(event) };
    return 'error';
  }
  const response = asObject(event.response);
  if (response !== undefined) learn(response, state, patch);
  if (type === 'response.failed') {
    state.error ??= openaiErrorIn(response ?? {}) ?? { code: null, message: eventMessage(undefined) };
    return 'error';
  }
  if (type === 'response.completed' || type === 'response.incomplete') return 'end';
  return type.endsWith('.delta') || type.endsWith('.partial_image') ? 'content' : 'other';
}

function learn(response: JsonObject, state: StreamState, patch?: UsagePatch): void {
  const { model, usage, finishReason } = readResponse(response, patch);
  state.model = model ?? state.model;
  state.usage = usage ?? state.usage;
  state.finishReason = finishReason ?? state.finishReason;
}

/** This language's `error` event has its members at the top; the official clients throw for any event of that name. */
function writeError({ code, message, status }: WireError): readonly FrameData[] {
  const event = { type: 'error', code: code ?? openaiErrorType(status), message, param: null, sequence_number: 0 };
  return [{ event: 'error', data: JSON.stringify(event) }];
}
