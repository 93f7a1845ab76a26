import type { Frame, FrameData, FrameKind, ReplyView, WireError } from '@sluice/core';
import { eventMessage, wireError } from '../reading/facts.ts';
import type { StreamState } from '../reading/json-stream.ts';
import { asText, type JsonObject, parseJson } from '../support/json.ts';

/** The exceptions of a response stream and the status each would have had as an answer. */
const EXCEPTIONS: Readonly<Record<string, number>> = {
  validationException: 400,
  modelTimeoutException: 408,
  modelStreamErrorException: 424,
  throttlingException: 429,
  internalServerException: 500,
  serviceUnavailableException: 503,
};

/** The error type of a failed answer: `ThrottlingException`, from the header or the body's `__type`. */
export function errorCode(body: JsonObject, reply: ReplyView): string | null {
  const header = asText(reply.headers['x-amzn-errortype']?.split(':')[0]);
  return header ?? asText(asText(body.__type)?.split('#').at(-1));
}

/** Takes a message that is no event: an exception that the service models, or an error that it doesn't. */
export function exceptionStep({ messageType, event, data = '' }: Frame, state: StreamState): FrameKind | undefined {
  if (messageType !== 'exception' && messageType !== 'error') return undefined;
  const code = event ?? null;
  state.error = wireError(code, eventMessage(parseJson(data) ?? data), code === null ? undefined : EXCEPTIONS[code]);
  return 'error';
}

/** The exception message that AWS SDKs raise from a response stream. */
export function writeError(error: WireError): readonly FrameData[] {
  return [{ event: exception(error), messageType: 'exception', data: JSON.stringify({ message: error.message }) }];
}

/** SDKs know the modelled exceptions only, so ours become the nearest of them. */
function exception({ code, status }: WireError): string {
  if (code !== null && Object.hasOwn(EXCEPTIONS, code)) return code;
  if (status === 502) return 'modelStreamErrorException';
  if (status === 504) return 'modelTimeoutException';
  return Object.keys(EXCEPTIONS).find((name) => EXCEPTIONS[name] === status) ?? 'internalServerException';
}
