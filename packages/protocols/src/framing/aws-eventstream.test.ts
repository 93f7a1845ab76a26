import { type Frame, type FrameData, MalformedStreamError } from '@sluice/core';
import { EventStreamCodec, Int64, type MessageHeaders } from '@smithy/eventstream-codec';
import { describe, expect, test } from 'vitest';
import { awsEventStream } from '../index.ts';
import { decodeUtf8, encodeUtf8 } from '../support/utf8.ts';
import { cutWith, framesOf, halves, thrownBy } from './__fixtures__/cut.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const codec = new EventStreamCodec((bytes) => (typeof bytes === 'string' ? bytes : decodeUtf8(bytes)), encodeUtf8);
const text = (value: string) => ({ type: 'string', value }) as const;

/** A message as Amazon's own codec writes it. */
function message(headers: MessageHeaders, body: string): Bytes {
  return new Uint8Array(codec.encode({ headers, body: encodeUtf8(body) }));
}

const EVENT = message({ ':event-type': text('chunk'), ':message-type': text('event') }, '{"text":"Grüße"}');
const EXCEPTION = message(
  { ':exception-type': text('throttlingException'), ':message-type': text('exception') },
  '{"message":"Too many requests"}',
);

describe('reading', () => {
  test.each<[string, Bytes, FrameData]>([
    ['an event', EVENT, { event: 'chunk', data: '{"text":"Grüße"}' }],
    [
      'an exception',
      EXCEPTION,
      { event: 'throttlingException', data: '{"message":"Too many requests"}', messageType: 'exception' },
    ],
    [
      'an error, which has no payload',
      message({ ':message-type': text('error'), ':error-code': text('Internal'), ':error-message': text('Oops') }, ''),
      { event: 'Internal', data: '{"message":"Oops"}', messageType: 'error' },
    ],
    ['a message without headers and payload', message({}, ''), { event: undefined, data: undefined }],
    [
      'headers of every type before the one that counts',
      message(
        {
          yes: { type: 'boolean', value: true },
          no: { type: 'boolean', value: false },
          byte: { type: 'byte', value: 1 },
          short: { type: 'short', value: 2 },
          integer: { type: 'integer', value: 3 },
          long: { type: 'long', value: Int64.fromNumber(4) },
          binary: { type: 'binary', value: new Uint8Array(300) },
          time: { type: 'timestamp', value: new Date(0) },
          uuid: { type: 'uuid', value: '01234567-89ab-cdef-0123-456789abcdef' },
          ':event-type': text('last'),
        },
        '{}',
      ),
      { event: 'last', data: '{}' },
    ],
  ])('%s', (_, bytes, frame) => {
    expect(framesOf(awsEventStream, bytes)).toMatchObject([frame]);
  });

  test('it makes no difference where the bytes are cut', () => {
    const stream = new Uint8Array([...EVENT, ...EXCEPTION, ...EVENT]);
    const whole = framesOf(awsEventStream, stream);
    expect(whole).toHaveLength(3);
    for (const pieces of halves(stream)) expect(cutWith(awsEventStream, pieces)).toEqual(whole);
  });

  test('a message that was cut off is no frame', () => {
    for (let length = 0; length < EVENT.length; length++) {
      expect(framesOf(awsEventStream, EVENT.slice(0, length))).toEqual([]);
    }
  });
});

describe('damage', () => {
  test('any flipped bit is seen, before or when the message ends', () => {
    // A frame that is longer than what comes stays unfinished, so a second one stands behind it.
    for (let at = 0; at < EVENT.length; at++) {
      const damaged = new Uint8Array([...EVENT, ...EVENT]);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      expect(() => framesOf(awsEventStream, damaged), `byte ${at}`).toThrow(MalformedStreamError);
    }
  });

  test.each([
    ['shorter than a message can be', 15, 0, 'message of 15 bytes'],
    ['larger than 64 MiB', 64 * 1024 * 1024 + 1, 0, 'larger than 67108864 bytes'],
    ['all headers and no end', 20, 5, '5 bytes of headers'],
  ])('a prelude that claims a message %s is refused though its CRC is right', (_, total, headers, why) => {
    expect(() => framesOf(awsEventStream, prelude(total, headers))).toThrow(why);
  });

  test('the messages before the damage were handed over, and lie in the window that the error carries', () => {
    const damaged = EVENT.slice();
    damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
    const whole = new Uint8Array([...EVENT, ...EXCEPTION]);
    // The first message comes in two pieces, so that the window holds more than the last one.
    const decoder = awsEventStream.createDecoder();
    const frames: Frame[] = [];
    decoder.push(whole.slice(0, 20), (frame) => frames.push(frame));
    const rest = new Uint8Array([...whole.slice(20), ...damaged]);
    const { window, message } = thrownBy(() => decoder.push(rest, (frame) => frames.push(frame)));
    expect(message).toContain('wrong CRC');
    expect(window?.subarray(0, frames.at(-1)?.end)).toEqual(whole);
  });

  test('a header of unknown type is refused', () => {
    const bytes = message({ x: { type: 'byte', value: 1 } }, '');
    bytes[12 + 2] = 11;
    expect(() => framesOf(awsEventStream, sealed(bytes))).toThrow('header of type 11');
  });
});

test.each<FrameData>([
  { event: 'chunk', data: '{"bytes":"ü"}' },
  { event: 'modelStreamErrorException', data: '{"message":"x"}', messageType: 'exception' },
  { event: undefined, data: undefined },
])('%j is written as Amazon reads it', (frame) => {
  const written = awsEventStream.encode(frame, true);
  const { headers, body } = codec.decode(written);
  const name = frame.messageType === 'exception' ? ':exception-type' : ':event-type';
  expect(headers[name]?.value).toBe(frame.event);
  expect(headers[':message-type']?.value).toBe(frame.messageType ?? 'event');
  expect(headers[':content-type']?.value).toBe(frame.data === undefined ? undefined : 'application/json');
  expect(decodeUtf8(body)).toBe(frame.data ?? '');
  expect(framesOf(awsEventStream, written)).toMatchObject([frame]);
});

/** Twelve bytes that begin a message, with a CRC that fits. */
function prelude(total: number, headers: number): Bytes {
  const bytes = new Uint8Array(12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, total);
  view.setUint32(4, headers);
  view.setUint32(8, crc(bytes.subarray(0, 8)));
  return bytes;
}

/** The message with its last CRC made to fit again. */
function sealed(bytes: Bytes): Bytes {
  new DataView(bytes.buffer).setUint32(bytes.length - 4, crc(bytes.subarray(0, -4)));
  return bytes;
}

/** CRC-32 bit by bit, as a check on the table. */
function crc(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return ~value >>> 0;
}
