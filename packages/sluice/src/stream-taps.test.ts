import {
  type ByteSource,
  createGateway,
  type FrameData,
  type Outcome,
  type Plugin,
  type StreamTap,
  webRuntime,
} from '@sluice/core';
import { providers } from '@sluice/providers';
import { expect, test, vi } from 'vitest';

const PIECES = ['one ', 'two ', 'three'].map((text) => chunk({ content: text }));
const END = `data: {"id":"1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`;

test('a tap that rewrites emits none, one or many frames in place of each, and more at the end', async () => {
  const { text } = await stream([
    tap({
      rewrite: (frame, emit) => {
        if (frame.data?.includes('one')) return;
        emit(frame);
        if (frame.data?.includes('two')) emit(frame);
      },
      flush: (emit) => emit({ data: '{"held":"back"}' }),
    }),
  ]);
  expect(text).not.toContain('one');
  expect(text.split('two').length - 1).toBe(2);
  expect(text.endsWith('data: [DONE]\n\ndata: {"held":"back"}\n\n')).toBe(true);
});

test('taps run innermost first: each sees what those inside it emitted', async () => {
  const seen: string[] = [];
  const shout = tap({ rewrite: ({ data, ...rest }, emit) => emit({ ...rest, data: data?.toUpperCase() }) }, 'attempt');
  const watch = tap({ observe: ({ data }) => seen.push(data ?? '') }, 'observe');
  await stream([watch, shout]);
  expect(seen.join('')).toContain('THREE');
});

test('while nobody rewrites, watchers see each frame and the client gets the upstream’s own bytes', async () => {
  const seen: FrameData[] = [];
  let bytes = 0;
  const watch = tap({
    observe: (frame) => seen.push(frame),
    bytes: (piece) => {
      bytes += piece.byteLength;
    },
  });
  const { text } = await stream([watch]);
  expect(text).toBe(PIECES.join('') + END);
  expect(seen.map(({ data }) => data)).toHaveLength(PIECES.length + 2);
  expect(bytes).toBe(text.length);
});

test('a tap that fails while it rewrites ends the stream with an error, and nothing passes unchanged', async () => {
  const { text, outcome } = await stream([
    tap({
      rewrite: () => {
        throw new Error('as the test wants');
      },
    }),
  ]);
  expect(text).not.toContain('one');
  expect(text).toContain('"code":"internal"');
  expect(outcome).toMatchObject({ success: false, error: { code: 'internal' } });
});

function tap(hooks: StreamTap, stage: Plugin['stage'] = 'guard'): Plugin {
  return { name: `tap-${stage}`, stage, setup: () => ({ stream: () => hooks }) };
}

function chunk(delta: object): string {
  return `data: ${JSON.stringify({ id: '1', choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`;
}

async function stream(plugins: readonly Plugin[]): Promise<{ text: string; outcome: Outcome }> {
  const ended = vi.fn<(outcome: Outcome) => void>();
  const end: Plugin = { name: 'end', stage: 'observe', setup: () => ({ end: (_call, outcome) => ended(outcome) }) };
  const headers = { 'content-type': 'text/event-stream' };
  const transport = { send: async () => ({ status: 200, headers, body: source([...PIECES, END]) }) };
  const gateway = createGateway({
    providers,
    runtime: webRuntime({ transport }),
    plugins: [...plugins, end],
    report: () => {},
  });
  const body = '{"model":"gpt-5","stream":true,"messages":[]}';
  const url = 'http://gateway.test/v1/default/default/openai/chat/completions';
  const text = await (await gateway.fetch(new Request(url, { method: 'POST', body }))).text();
  await gateway.close();
  return { text, outcome: ended.mock.calls[0]?.[0] as Outcome };
}

function source(texts: readonly string[]): ByteSource {
  const queue = texts.map((text) => new TextEncoder().encode(text));
  return { read: () => Promise.resolve(queue.shift()), cancel: () => {} };
}
