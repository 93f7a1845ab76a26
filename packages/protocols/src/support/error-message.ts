import type { ReplyView } from '@sluice/core';
import { asArray, asObject, asText } from './json.ts';
import { decodeUtf8 } from './utf8.ts';

/** What a failed answer says went wrong, whatever its shape; never empty and at most 2,000 characters. */
export function replyErrorMessage(reply: ReplyView): string {
  const message = errorMessage(reply.json()) ?? plainText(decodeUtf8(reply.body.subarray(0, MAX_RAW_LENGTH)));
  return message ?? `The provider answered ${reply.status} without a message.`;
}

/** The message in an error body of unknown shape, or null. The first of the shapes that vendors use wins. */
export function errorMessage(body: unknown): string | null {
  if (typeof body === 'string') return plainText(body);
  if (Array.isArray(body)) return body.length === 0 ? null : errorMessage(body[0]);
  const object = asObject(body);
  if (object === undefined) return null;
  for (const shape of SHAPES) {
    const message = asText(shape(object));
    if (message !== null) return plainText(message);
  }
  return null;
}

type Shape = (body: Readonly<Record<string, unknown>>) => unknown;

const SHAPES: readonly Shape[] = [
  (body) => asObject(body.error)?.message,
  (body) => firstText(body.error),
  (body) => body.message,
  (body) => messages(asObject(body.message)?.detail),
  (body) => body.detail,
  (body) => asObject(body.detail)?.message,
  (body) => messages(body.detail),
  (body) => asObject(asArray(body.errors)[0])?.message,
  (body) => body.err_msg,
  (body) => body.title,
  (body) => body.error_msg,
];

/** `error` as a string, or as the list of strings that Hugging Face pipelines send. */
function firstText(error: unknown): unknown {
  return Array.isArray(error) ? error[0] : error;
}

/** The `msg` of each entry of a validation report (`[{loc,msg,type}]`). */
function messages(detail: unknown): string {
  const found = asArray(detail).map((entry) => asText(asObject(entry)?.msg));
  return found.filter((message) => message !== null).join('; ');
}

/** Readable text: an HTML page of some edge server loses its markup, and what is long is cut. */
function plainText(text: string): string | null {
  const start = text.slice(0, MAX_RAW_LENGTH);
  const bare = /<[a-z!/]/i.test(start) ? start.replaceAll(MARKUP, ' ') : start;
  const trimmed = bare.replaceAll(/\s+/g, ' ').trim();
  if (trimmed === '') return null;
  return trimmed.length > MAX_LENGTH ? `${trimmed.slice(0, MAX_LENGTH - 1)}…` : trimmed;
}

const MARKUP = /<(script|style|head)\b[\s\S]*?<\/\1\s*>|<!--[\s\S]*?-->|<[a-z/!][^<>]*>/gi;
const MAX_LENGTH = 2000;
const MAX_RAW_LENGTH = 16_384;
