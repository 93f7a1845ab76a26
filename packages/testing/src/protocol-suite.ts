import {
  type Frame,
  type FrameData,
  type FrameKind,
  type Framing,
  MalformedStreamError,
  type Protocol,
  type ReplyFacts,
  type StreamReader,
  UNKNOWN_USAGE,
  type Usage,
} from '@sluice/core';
import { describe, expect, test } from 'vitest';
import { testHonestStream } from './honest-stream.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A recorded stream and what a reader has to make of it. */
export interface StreamFixture {
  readonly name: string;
  /** The stream as the upstream sends it. */
  readonly bytes: string | Bytes;
  /** What the frames that carry data are, in order. */
  readonly kinds: readonly FrameKind[];
  /** What is known at the end. What is left out, here and in the usage, has to be null. */
  readonly facts: ExpectedFacts;
  /** A piece of the frame with which the answer becomes whole; null when it never does. */
  readonly wholeWith: string | null;
  /** The payloads are plain text, so damage to them can't be seen. */
  readonly plainText?: boolean;
}

/** Facts in which only what the stream says is spelled out. */
export interface ExpectedFacts extends Partial<Omit<ReplyFacts, 'usage'>> {
  readonly usage?: Partial<Usage>;
}

/** How a protocol is streamed, and the streams to read. */
export interface ProtocolSubject {
  readonly framing: Framing;
  readonly fixtures: readonly StreamFixture[];
}

/** What every protocol promises about its streams. Call it at the top of a test file, once per framing. */
export function testProtocol(protocol: Protocol, { framing, fixtures }: ProtocolSubject): void {
  describe(`${protocol.name} over ${framing.name}`, () => {
    for (const fixture of fixtures) describe(fixture.name, () => testStream({ protocol, framing, fixture }));
    testErrors(protocol, framing);
  });
}

interface Subject {
  readonly protocol: Protocol;
  readonly framing: Framing;
  readonly fixture: StreamFixture;
}

function testStream(subject: Subject): void {
  const { fixture } = subject;
  const bytes = typeof fixture.bytes === 'string' ? new TextEncoder().encode(fixture.bytes) : fixture.bytes;
  const whole = observe(subject, [bytes]);

  test('the reader names every frame and knows the facts', () => {
    expect(withData(whole).map(({ kind }) => kind)).toEqual(fixture.kinds);
    expect(whole.facts).toEqual(expected(fixture.facts));
    expect(whole.complete).toBe(fixture.wholeWith !== null);
  });

  test('it makes no difference where the bytes are cut', () => {
    const seen = comparable(whole);
    const differs = positions(bytes).filter((at) => comparable(observe(subject, halves(bytes, at))) !== seen);
    expect(differs).toEqual([]);
    expect(
      comparable(
        observe(
          subject,
          [...bytes].map((byte) => Uint8Array.of(byte)),
        ),
      ),
    ).toBe(seen);
  });

  test('a stream that closes early is whole only behind its finish', () => testPrefixes(subject, bytes, whole));

  test('frames written anew say the same', () => {
    const written = whole.frames.map((frame, index) => subject.framing.encode(frame, index === 0));
    const again = observe(subject, written);
    expect(withData(again).map(content)).toEqual(withData(whole).map(content));
    expect(again.facts).toEqual(whole.facts);
  });

  testHonestStream({ protocol: subject.protocol, framing: subject.framing, bytes });

  if (fixture.plainText !== true) {
    test('a damaged payload is malformed', () => {
      const unseen = withData(whole).filter(
        (frame) => frame.data?.startsWith('{') && !damageShows(subject, bytes, frame),
      );
      expect(unseen.map(({ data }) => data)).toEqual([]);
    });
  }
}

function testPrefixes(subject: Subject, bytes: Bytes, whole: Observation): void {
  const { wholeWith } = subject.fixture;
  const finish = wholeWith === null ? undefined : whole.frames.find(({ data }) => data?.includes(wholeWith));
  expect(finish === undefined, `A frame with ${wholeWith}`).toBe(wholeWith === null);
  const early = positions(bytes)
    .filter((at) => at < bytes.length)
    .filter((at) => {
      const { complete, frames } = observe(subject, [bytes.slice(0, at)]);
      const mayBeWhole =
        finish !== undefined && frames.some(({ data, start }) => start === finish.start && data === finish.data);
      const mustBeWhole = finish !== undefined && whole.complete && at >= finish.end;
      return (complete && !mayBeWhole) || (!complete && mustBeWhole);
    });
  expect(early).toEqual([]);
}

function testErrors(protocol: Protocol, framing: Framing): void {
  test.each([true, false])('an error it writes is read as an error (first frame: %s)', (first) => {
    const error = { code: 'upstream_interrupted', message: 'The provider closed the stream "too early".', status: 502 };
    const frames = protocol.writeError(error, framing.name);
    const bytes = frames.map((frame, index) => framing.encode(frame, first && index === 0));
    const read = observe({ protocol, framing }, [...bytes, framing.close(false)]);
    expect(withData(read).map(({ kind }) => kind)).toContain('error');
    expect(read.frames.filter(({ kind }) => kind === 'malformed')).toEqual([]);
    expect(read.facts.error?.message).toBe(error.message);
    expect(read.complete).toBe(false);
  });
}

/** What came of reading a stream; offsets are those of the whole stream. */
interface Observation {
  readonly frames: readonly ObservedFrame[];
  readonly facts: ReplyFacts;
  readonly complete: boolean;
}

interface ObservedFrame extends Frame {
  readonly start: number;
  readonly kind: FrameKind;
}

function observe({ protocol, framing }: Pick<Subject, 'protocol' | 'framing'>, pieces: readonly Bytes[]): Observation {
  const reader = protocol.readStream(framing.name);
  if (reader.complete) throw new Error(`A stream reader of ${protocol.name} is complete before its first frame.`);
  const decoder = framing.createDecoder();
  const frames: ObservedFrame[] = [];
  let received = 0;
  const take = (cut: (sink: (frame: Frame) => void) => Bytes): void => {
    const read: (Frame & { readonly kind: FrameKind })[] = [];
    const window = cut((frame) => read.push({ ...frame, kind: reader.push(frame) }));
    const base = received - window.length;
    for (const frame of read) frames.push({ ...frame, start: frames.at(-1)?.end ?? 0, end: base + frame.end });
  };
  for (const piece of pieces) {
    received += piece.length;
    // A copy, as each piece from a socket is an array of its own.
    take((sink) => decoder.push(piece.slice(), sink));
  }
  take((sink) => decoder.end(sink));
  return { frames, ...state(reader) };
}

function state({ facts, complete }: StreamReader): Pick<Observation, 'facts' | 'complete'> {
  return { facts: { ...facts }, complete };
}

function damageShows(subject: Subject, bytes: Bytes, frame: ObservedFrame): boolean {
  const damaged = bytes.slice();
  damaged[damaged.indexOf(OPEN_BRACE, frame.start)] = ANGLE;
  try {
    return observe(subject, [damaged]).frames.some(({ kind }) => kind === 'malformed');
  } catch (thrown) {
    return thrown instanceof MalformedStreamError;
  }
}

function comparable({ frames, facts, complete }: Observation): string {
  return JSON.stringify([frames, facts, complete]);
}

function content({ event, data, messageType, kind }: ObservedFrame): FrameData & { readonly kind: FrameKind } {
  return { event, data, messageType, kind };
}

function withData({ frames }: Observation): readonly ObservedFrame[] {
  return frames.filter(({ data }) => data !== undefined);
}

function positions(bytes: Bytes): readonly number[] {
  return Array.from({ length: bytes.length + 1 }, (_, at) => at);
}

function halves(bytes: Bytes, at: number): readonly Bytes[] {
  return [bytes.slice(0, at), bytes.slice(at)];
}

function expected({ usage, ...facts }: ExpectedFacts): ReplyFacts {
  const known = usage === undefined ? null : { ...UNKNOWN_USAGE, ...usage };
  return { model: null, finishReason: null, error: null, ...facts, usage: known };
}

const OPEN_BRACE = 0x7b;
const ANGLE = 0x3c;
