import type { Frame } from '@sluice/core';
import { createParser } from 'eventsource-parser';
import { describe, expect, test } from 'vitest';
import { sse } from '../index.ts';
import { encodeUtf8 } from '../support/utf8.ts';
import { cutWith, framesOf, halves, thrownBy } from './__fixtures__/cut.ts';

describe('what is a frame', () => {
  test.each([
    ['LF', 'event: a\ndata: 1\n\ndata: 2\n\n'],
    ['CR LF', 'event: a\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n'],
    ['CR', 'event: a\rdata: 1\r\rdata: 2\r\r'],
  ])('lines end with %s', (_, stream) => {
    expect(events(stream)).toEqual([
      { event: 'a', data: '1' },
      { event: undefined, data: '2' },
    ]);
  });

  test.each([
    ['several data lines', 'data: a\ndata\ndata: b\n\n', 'a\n\nb'],
    ['no space behind the colon', 'data:a\n\n', 'a'],
    ['only one space is dropped', 'data:  a\n\n', ' a'],
    ['a byte order mark first', '\uFEFFdata: a\n\n', 'a'],
    ['a byte order mark in the payload', 'data: \uFEFFa\n\n', '\uFEFFa'],
    ['empty data', 'data:\n\n', ''],
    ['no blank line at the end', 'data: a', 'a'],
    ['no second line end', 'data: a\r\n', 'a'],
    ['other fields and comments inside', 'id: 7\n: c\nretry: 10\ndata: a\ndatax: b\n\n', 'a'],
  ])('%s', (_, stream, data) => {
    expect(events(stream)).toEqual([{ event: undefined, data }]);
  });

  test('comments and stray blank lines are frames at once, fields without data when their event ends', () => {
    const decoder = sse.createDecoder();
    const seen: unknown[] = [];
    const push = (text: string) => decoder.push(encodeUtf8(text), ({ event, data }) => seen.push({ event, data }));
    push(': keep-alive\n');
    expect(seen).toEqual([{ event: undefined, data: undefined }]);
    push('\n');
    expect(seen).toHaveLength(2);
    push('event: ping\n\n');
    expect(seen.at(-1)).toEqual({ event: 'ping', data: undefined });
  });

  test('a frame without data keeps its bytes, so that nothing is lost', () => {
    const stream = '\uFEFF: a\n\ndata: 1\r\n\r\nid: 3\n\n: b\r\rdata: 2';
    expect(
      framesOf(sse, stream)
        .map(({ wire }) => wire)
        .join(''),
    ).toBe(stream);
  });
});

describe('pieces', () => {
  const stream = '\uFEFFdata: Grüße 世界 🌍\r\n\r\n: c\n\nevent: e\ndata: 1\ndata: 2\n\ndata: 3\r\n\r\n';

  test('it makes no difference where the bytes are cut', () => {
    const whole = framesOf(sse, stream);
    for (const pieces of halves(stream)) expect(cutWith(sse, pieces)).toEqual(whole);
  });

  test('a piece of whole frames is its own window, and no byte is copied', () => {
    const piece = encodeUtf8('data: 1\n\ndata: 2\n\n');
    const decoder = sse.createDecoder();
    expect(decoder.push(piece, () => {})).toBe(piece);
    expect(decoder.push(piece, () => {})).toBe(piece);
  });

  test('what is held back survives that the window is taken away', () => {
    const decoder = sse.createDecoder();
    const window = decoder.push(encodeUtf8('data: 1\n\ndata: 2'), () => {});
    window.fill(0);
    const seen: unknown[] = [];
    decoder.push(encodeUtf8('\n\n'), ({ data }) => seen.push(data));
    expect(seen).toEqual(['2']);
  });

  test('a frame with a picture of 40 MB is read', () => {
    const decoder = sse.createDecoder();
    const picture = 'A'.repeat(40_000_000);
    const sizes: unknown[] = [];
    for (const piece of ['data: ', picture, '\n\n']) {
      decoder.push(encodeUtf8(piece), ({ data }) => sizes.push(data?.length));
    }
    expect(sizes).toEqual([picture.length]);
  });

  test('a stream that never completes a frame is refused at 64 MiB, and the error says so', () => {
    const decoder = sse.createDecoder();
    const piece = new Uint8Array(1024 * 1024).fill(0x61);
    for (let count = 0; count < 64; count++) decoder.push(piece, () => {});
    expect(() => decoder.push(piece, () => {})).toThrow('a frame larger than 67108864 bytes');
  });

  test('what was whole before a frame that is too large can still be used', () => {
    const piece = new Uint8Array(65 * 1024 * 1024).fill(0x61);
    piece.set(encodeUtf8('data: 1\n\n'));
    const frames: Frame[] = [];
    const thrown = thrownBy(() => sse.createDecoder().push(piece, (frame) => frames.push(frame)));
    expect(frames.map(({ data, end }) => [data, end])).toEqual([['1', 9]]);
    expect(thrown.window).toBe(piece);
  });
});

test('any stream is read as eventsource-parser reads it, wherever it is cut', () => {
  const random = sequence(7);
  for (let round = 0; round < 2000; round++) {
    const stream = `${Array.from({ length: random(40) }, () => PARTS[random(PARTS.length)]).join('')}\n\n`;
    const bytes = encodeUtf8(stream);
    const at = random(bytes.length);
    const cut = cutWith(sse, [bytes.slice(0, at), bytes.slice(at)]).filter(({ data }) => data !== undefined);
    expect(
      cut.map(({ event, data }) => ({ event, data })),
      JSON.stringify(stream),
    ).toEqual(oracle(stream));
  }
});

describe('writing', () => {
  test.each([
    [{ data: '{"a":1}' }, 'data: {"a":1}\n\n'],
    [{ event: 'error', data: 'a' }, 'event: error\ndata: a\n\n'],
    [{ data: 'a\nb\r\nc' }, 'data: a\ndata: b\ndata: c\n\n'],
    [{ event: 'ping', data: undefined }, 'event: ping\n\n'],
    [{ data: undefined }, ':\n\n'],
  ])('%j', (frame, wire) => {
    expect(new TextDecoder().decode(sse.encode(frame, true))).toBe(wire);
  });

  test('a frame whose end the upstream left out is ended', () => {
    const ended = new TextDecoder().decode(sse.terminator);
    for (const cut of ['data: 1', 'data: 1\n', 'data: 1\r\n']) {
      expect(events(`${cut}${ended}data: 2\n\n`).map(({ data }) => data)).toEqual(['1', '2']);
    }
  });
});

const PARTS = [
  'data',
  'data:',
  'data: ',
  'event: ',
  'event',
  'id: 1',
  'retry: 5',
  ':',
  ' ',
  'x',
  'ü🌍',
  '\n',
  '\n\n',
  '\r',
  '\r\n',
];

function events(stream: string): readonly { readonly event: string | undefined; readonly data: string | undefined }[] {
  const frames = framesOf(sse, stream).filter(({ data }) => data !== undefined);
  return frames.map(({ event, data }) => ({ event, data }));
}

function oracle(stream: string): readonly unknown[] {
  const seen: unknown[] = [];
  const parser = createParser({ onEvent: ({ event, data }) => seen.push({ event: event || undefined, data }) });
  parser.feed(stream);
  return seen;
}

/** Whole numbers below a bound, the same in every run. */
function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
