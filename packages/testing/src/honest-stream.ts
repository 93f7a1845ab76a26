import {
  type ByteSource,
  createGateway,
  type FrameKind,
  type Framing,
  type Outcome,
  type Protocol,
  type Provider,
  TransportError,
  webRuntime,
} from '@sluice/core';
import { expect, test } from 'vitest';

type Bytes = Uint8Array<ArrayBuffer>;

/** A stream to break, and the language it is in. */
export interface StreamSubject {
  readonly protocol: Protocol;
  readonly framing: Framing;
  readonly bytes: Bytes;
}

/** How the upstream leaves after the last byte that it sends. */
type Leaving = 'close' | 'reset' | 'stall';

/**
 * A gateway in front of a stream that breaks never lets it pass for a whole one: the client reads an error in its own
 * protocol behind the frames that were whole, and the outcome says failed.
 */
export function testHonestStream(subject: StreamSubject): void {
  test.each(['close', 'reset'] as const)('cut at every byte by a %s, it never passes for whole', async (leaving) => {
    const lies: string[] = [];
    for (let at = 0; at <= subject.bytes.length; at += 1) {
      const lie = findLie(
        subject,
        subject.bytes.slice(0, at),
        await run(subject, [subject.bytes.slice(0, at)], leaving),
      );
      if (lie !== undefined) lies.push(`at byte ${at}: ${lie}`);
    }
    expect(lies).toEqual([]);
  });

  test('a stream that stalls ends by the idle limit as one that was cut', async () => {
    const part = subject.bytes.slice(0, Math.floor(subject.bytes.length / 2));
    expect(findLie(subject, part, await run(subject, [part], 'stall'))).toBeUndefined();
  });

  test('whole, it passes byte for byte, in whatever pieces it comes', async () => {
    const whole = read(subject, subject.bytes);
    for (const size of [1, 7, 1000]) {
      const { received } = await run(subject, slices(subject.bytes, size), 'close');
      // White space behind the last frame belongs to no frame.
      if (whole.complete) expect(text(received).trimEnd()).toBe(text(subject.bytes).trimEnd());
    }
  });

  test('a frame that cannot be read ends the stream, and none of it reaches the client', async () => {
    const garbage = subject.framing.encode({ event: 'garbage', data: '{"broken"}' }, false);
    const { received, outcome } = await run(subject, [firstFrame(subject), garbage, subject.bytes], 'close');
    if (read(subject, garbage).kinds.includes('malformed')) {
      expect(text(received)).not.toContain('{"broken"}');
      expect(outcome.error?.code).toBe('upstream_malformed');
      expect(read(subject, received).kinds.at(-1)).toBe('error');
    }
  });
}

/** What is wrong with the way a broken stream was shown to the client, if anything is. */
function findLie(subject: StreamSubject, sent: Bytes, { received, outcome }: Run): string | undefined {
  const before = read(subject, sent);
  const after = read(subject, received);
  if (after.kinds.includes('malformed')) return 'the client got half a frame';
  if (before.complete) return outcome.success ? undefined : 'a whole answer was called failed';
  if (outcome.success) return 'a broken answer was called a success';
  if (!outcome.partial) return 'its usage was not marked partial';
  if (after.kinds.at(-1) !== 'error' && !before.kinds.includes('error')) return 'the client got no error';
  const frames = before.kinds.filter((kind) => kind !== 'malformed').length;
  return after.kinds.length < frames ? `only ${after.kinds.length} of ${frames} whole frames passed` : undefined;
}

interface Reading {
  readonly kinds: FrameKind[];
  readonly complete: boolean;
}

function read({ protocol, framing }: StreamSubject, bytes: Bytes): Reading {
  const reader = protocol.readStream(framing.name);
  const decoder = framing.createDecoder();
  const kinds: FrameKind[] = [];
  const take = (frame: Parameters<typeof reader.push>[0]): void => {
    const kind = reader.push(frame);
    if (frame.data !== undefined) kinds.push(kind);
  };
  decoder.push(bytes, take);
  decoder.end(take);
  return { kinds, complete: reader.complete };
}

function firstFrame({ framing, bytes }: StreamSubject): Bytes {
  let end = 0;
  framing.createDecoder().push(bytes, (frame) => {
    end ||= frame.end;
  });
  return bytes.slice(0, end);
}

interface Run {
  readonly received: Bytes;
  readonly outcome: Outcome;
}

/** Sends the pieces through a gateway and hands back what the client got and how the call ended. */
async function run(subject: StreamSubject, pieces: Bytes[], leaving: Leaving): Promise<Run> {
  const ended = Promise.withResolvers<Outcome>();
  const gateway = createGateway({
    providers: [providerOf(subject.protocol)],
    runtime: webRuntime({
      transport: { send: async () => ({ ...head(subject.framing), body: source(pieces, leaving) }) },
    }),
    limits: { idleTimeoutMs: 5 },
    plugins: [{ name: 'end', stage: 'observe', setup: () => ({ end: (_call, outcome) => ended.resolve(outcome) }) }],
  });
  const response = await gateway.fetch(
    new Request('http://gateway.test/v1/a/g/subject/x', { method: 'POST', body: '{}' }),
  );
  return { received: new Uint8Array(await response.arrayBuffer()), outcome: await ended.promise };
}

function providerOf(protocol: Protocol): Provider {
  const asked: Protocol = { ...protocol, readRequest: () => ({ model: null, stream: true }) };
  return {
    id: 'subject',
    baseUrl: 'https://subject.test',
    credentialHeaders: [],
    resolve: ({ path }, { baseUrl }) => ({ url: `${baseUrl}/${path}`, path, protocol: asked }),
  };
}

const CONTENT_TYPES: Readonly<Record<Framing['name'], string>> = {
  sse: 'text/event-stream',
  ndjson: 'application/x-ndjson',
  'aws-eventstream': 'application/vnd.amazon.eventstream',
  'json-array': 'application/json',
};

function head({ name }: Framing): { status: number; headers: Record<string, string> } {
  return { status: 200, headers: { 'content-type': CONTENT_TYPES[name] } };
}

function source(pieces: readonly Bytes[], leaving: Leaving): ByteSource {
  const queue = pieces.filter((piece) => piece.length > 0);
  const cancelled = Promise.withResolvers<undefined>();
  return {
    read: async () => {
      const piece = queue.shift();
      if (piece !== undefined || leaving === 'close') return piece;
      if (leaving === 'stall') return cancelled.promise;
      throw new TransportError('interrupted', 'the connection was reset');
    },
    cancel: () => cancelled.resolve(undefined),
  };
}

function slices(bytes: Bytes, size: number): Bytes[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.slice(index * size, (index + 1) * size),
  );
}

/** One character a byte, so that binary streams compare too. */
function text(bytes: Bytes): string {
  return new TextDecoder('latin1').decode(bytes);
}
