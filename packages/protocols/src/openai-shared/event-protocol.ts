import {
  type Frame,
  type FrameData,
  type FrameKind,
  NO_FACTS,
  type OperationName,
  type Protocol,
  type ReplyFacts,
  type ReplyView,
  type StreamReader,
  type WireError,
} from '@sluice/core';
import { sseFraming } from '../reading/frames.ts';
import { jsonStream, type StreamState, type StreamStep } from '../reading/json-stream.ts';
import { asObject, type JsonObject } from '../support/json.ts';
import { errorEvent, openaiErrorIn, readOpenaiReplyError } from './error.ts';
import { readOpenaiRequest } from './request.ts';

/** What one of OpenAI's smaller languages says in its own way; the rest is common to all of them. */
export interface EventLanguage {
  readonly name: string;
  readonly operation: OperationName;
  /** What a good answer says. */
  answer(body: JsonObject): Partial<ReplyFacts>;
  /** What one event of a stream was; events with an `error` member never come here. */
  readonly event?: StreamStep;
  writeError?(error: WireError): readonly FrameData[];
}

/** The protocol of a language whose answers are JSON objects and whose streams are events with a `type`. */
export function eventProtocol(language: EventLanguage): Protocol {
  return {
    name: language.name,
    operation: language.operation,
    readRequest: readOpenaiRequest,
    readReply: (reply: ReplyView): ReplyFacts => readReply(language, reply),
    framing: sseFraming,
    readStream: (): StreamReader =>
      jsonStream((event, state, name) => readEvent(language, event, state, name), readDone),
    writeError: language.writeError ?? errorEvent,
  };
}

function readReply(language: EventLanguage, reply: ReplyView): ReplyFacts {
  const error = readOpenaiReplyError(reply);
  const body = asObject(reply.json());
  return { ...NO_FACTS, ...(body !== undefined && language.answer(body)), error };
}

function readEvent(language: EventLanguage, event: JsonObject, state: StreamState, name?: string): FrameKind {
  const error = openaiErrorIn(event);
  if (error === null) return language.event?.(event, state, name) ?? 'other';
  state.error ??= error;
  return 'error';
}

/** These languages don't have chat's `[DONE]`, but some servers send it; alone it doesn't make an answer whole. */
function readDone({ data }: Frame): FrameKind | undefined {
  return data === '[DONE]' ? 'other' : undefined;
}
