import type { ByteSource, Call, FrameData, Framing, Reply } from '@sluice/core';
import { concat } from './concat.ts';
import type { Entry } from './entry.ts';
import { type Asked, languageOf, WHOLE } from './forms/asked.ts';
import { type JsonObject, type Language, parseObject } from './forms/form.ts';

/** The kept answer in the form that the call asks for, or undefined when it can't be given that form. */
export function replay(call: Call, entry: Entry, asked: Asked): Reply | undefined {
  if (!asked.isFree || entry.form === asked.form) return toReply(call, entry);
  const language = languageOf(call);
  const converted = language && convert(call, entry, asked.form, language);
  return converted && toReply(call, converted);
}

/** Headers that told of the one call that was made, and of nothing else. */
const OF_THE_MOMENT = /^(?:content-length$|retry-after$|age$|(?:x-|anthropic-)?ratelimit)/;

/** What of an answer's headers is true of the answer whenever it is served. */
export function lastingHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const lasting: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && !OF_THE_MOMENT.test(name)) lasting[name] = value;
  }
  return lasting;
}

function toReply(call: Call, { form, headers, body }: Entry): Reply {
  const { protocol } = call.target;
  const head = { status: 200, headers, source: 'cache', protocol, call } as const;
  const framing = form === WHOLE ? undefined : protocol?.framing(headers['content-type'] ?? '');
  if (framing === undefined) return { ...head, type: 'bytes', body };
  return { ...head, type: 'stream', framing, body: sourceOf(body) };
}

function sourceOf(bytes: Uint8Array<ArrayBuffer>): ByteSource {
  let rest: Uint8Array<ArrayBuffer> | undefined = bytes;
  return {
    read: () => {
      const piece = rest;
      rest = undefined;
      return Promise.resolve(piece);
    },
    cancel: () => {
      rest = undefined;
    },
  };
}

function convert(call: Call, entry: Entry, form: string, language: Language): Entry | undefined {
  const sse = call.target.protocol?.framing(EVENT_STREAM);
  if (sse === undefined) return undefined;
  const whole =
    entry.form === WHOLE ? parseObject(decoder.decode(entry.body)) : language.toWhole(eventsIn(entry.body, sse));
  if (whole === undefined) return undefined;
  return form === WHOLE ? asWhole(entry, whole) : asStream(entry, language.toStream(whole, form), form, sse);
}

function asWhole(entry: Entry, whole: JsonObject): Entry {
  const headers = { ...entry.headers, 'content-type': 'application/json' };
  return { ...entry, form: WHOLE, headers, body: encoder.encode(JSON.stringify(whole)) };
}

function asStream(
  entry: Entry,
  events: readonly FrameData[] | undefined,
  form: string,
  sse: Framing,
): Entry | undefined {
  if (events === undefined) return undefined;
  const pieces = events.map((event, index) => sse.encode(event, index === 0));
  const headers = { ...entry.headers, 'content-type': EVENT_STREAM };
  return { ...entry, form, headers, body: concat(pieces) };
}

function eventsIn(body: Uint8Array<ArrayBuffer>, sse: Framing): readonly FrameData[] {
  const events: FrameData[] = [];
  const take = ({ event, data }: FrameData): void => void events.push({ event, data });
  const cutter = sse.createDecoder();
  cutter.push(body, take);
  cutter.end(take);
  return events;
}

const EVENT_STREAM = 'text/event-stream; charset=utf-8';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
