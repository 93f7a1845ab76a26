import type { FinishReason, Frame, FrameKind, ReplyFacts, StreamReader, Usage, WireError } from '@sluice/core';
import { asObject, type JsonObject, parseJson } from '../support/json.ts';

/** What a streamed answer has said so far; a step writes into it. */
export interface StreamState {
  model: string | null;
  usage: Usage | null;
  finishReason: FinishReason | null;
  error: WireError | null;
}

/** Takes one event of a stream into the state and says what it was. `name` is the frame's `event`. */
export type StreamStep = (event: JsonObject, state: StreamState, name: string | undefined) => FrameKind;

/** Looks at a frame before its JSON is parsed; undefined leaves it to the step. */
export type RawStep = (frame: Frame, state: StreamState) => FrameKind | undefined;

/** The reader of a stream whose frames are JSON objects, with what differs between vendors in its two steps. */
export function jsonStream(step: StreamStep, raw?: RawStep): StreamReader {
  const state = emptyState();
  let ended = false;

  function read(frame: Frame): FrameKind {
    const early = raw?.(frame, state);
    if (early !== undefined) return early;
    // Keep-alives: comments, blank lines, events whose data is left empty.
    if (frame.data === undefined || frame.data === '') return 'other';
    const event = asEvent(parseJson(frame.data));
    return event === undefined ? 'malformed' : step(event, state, frame.event);
  }

  return {
    facts: state,
    get complete() {
      return state.error === null && (ended || state.finishReason !== null);
    },
    push(frame) {
      const kind = read(frame);
      if (kind === 'end') ended = true;
      return kind;
    },
  };
}

/** What a whole answer says when it is made of a stream's events: one of them, or an array of them. */
export function foldEvents(body: unknown, step: StreamStep): ReplyFacts {
  const state = emptyState();
  for (const value of Array.isArray(body) ? body : [body]) {
    const event = asObject(value);
    if (event !== undefined) step(event, state, undefined);
  }
  return state;
}

/** The object of a frame or an answer. Some wrap it in an array of one: Vertex its errors, Hugging Face its answers. */
export function asEvent(value: unknown): JsonObject | undefined {
  return asObject(Array.isArray(value) && value.length === 1 ? value[0] : value);
}

function emptyState(): StreamState {
  return { model: null, usage: null, finishReason: null, error: null };
}
