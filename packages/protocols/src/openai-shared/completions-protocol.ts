import type {
  FrameData,
  FramingName,
  OperationName,
  Protocol,
  ReplyFacts,
  ReplyView,
  RequestView,
  StreamReader,
  WireError,
} from '@sluice/core';
import { sseFraming } from '../reading/frames.ts';
import { readCompletion } from './completion.ts';
import { CompletionStreamReader } from './completion-stream.ts';
import { toOpenaiError } from './error.ts';
import { choicesAsked, readOpenaiRequest } from './request.ts';
import type { UsagePatch } from './usage.ts';

/** What differs between the servers that speak OpenAI's languages. */
export interface OpenaiOptions {
  /** For a provider whose usage numbers mean something else: `xaiUsage`, `deepinfraUsage`. */
  readonly usage?: UsagePatch;
}

/** The protocol of answers that are `choices`: chat completions and the legacy text completions. */
export function completionsProtocol(name: string, operation: OperationName, { usage }: OpenaiOptions): Protocol {
  return {
    name,
    operation,
    readRequest: readOpenaiRequest,
    readReply: (reply: ReplyView): ReplyFacts => readCompletion(reply, usage),
    framing: sseFraming,
    readStream: (_framing: FramingName, request?: RequestView): StreamReader =>
      new CompletionStreamReader(request === undefined ? 1 : choicesAsked(request), usage),
    // The official clients throw an API error at any chunk that has an `error` member.
    writeError: (error: WireError): readonly FrameData[] => [{ data: JSON.stringify({ error: toOpenaiError(error) }) }],
  };
}
