import { describe, expect, test } from 'vitest';
import { flood } from '../upstream/flood.ts';
import { gate } from '../upstream/gate.ts';
import type { UpstreamScript } from '../upstream/script.ts';
import { ask, type OpenAnswer, open } from './client.ts';
import { rowOf } from './logs.ts';
import { binary, CHAT_END, chatFrame, MESSAGES_REQUEST, MESSAGES_START, STREAM_REQUEST } from './samples.ts';
import { JSON_HEADERS, type Scene } from './scene.ts';

const SSE = { 'content-type': 'text/event-stream' };

/** Streams arrive piece by piece, never lie about their end, and cost nothing once nobody reads them. */
export function testStreams(scene: () => Scene): void {
  const openChat = (): Promise<OpenAnswer> =>
    open(scene().url('openai/chat/completions'), { method: 'POST', headers: JSON_HEADERS, body: STREAM_REQUEST });

  describe('a stream arrives piece by piece', () => {
    test('SSE: the second event is sent only after the client has the first', async () => {
      const { upstream, gateway } = scene();
      const second = gate();
      const body = [chatFrame('one'), { data: chatFrame('two') + CHAT_END, after: second.opened }];
      upstream.respond({ headers: SSE, body });
      const answer = await openChat();
      expect(answer.headers['content-type']).toContain('text/event-stream');
      const seen = await answer.until('one');
      second.open();
      expect(seen + (await answer.rest()).toString()).toBe(chatFrame('one') + chatFrame('two') + CHAT_END);
      const row = await rowOf(gateway, answer.headers['cf-aig-log-id']);
      expect(row).toMatchObject({ success: true, status_code: 200, tokens_in: 1000, tokens_out: 500 });
    });

    test('SSE that the vendor calls text/plain', async () => {
      const { upstream } = scene();
      const second = gate();
      const body = [chatFrame('one'), { data: CHAT_END, after: second.opened }];
      upstream.respond({ headers: { 'content-type': 'text/plain; charset=utf-8' }, body });
      const answer = await openChat();
      const seen = await answer.until('one');
      second.open();
      expect(seen + (await answer.rest()).toString()).toBe(chatFrame('one') + CHAT_END);
    });

    test('NDJSON', async () => {
      const { upstream, url } = scene();
      const line = (content: string, done: boolean): string =>
        `${JSON.stringify({ model: 'llama3', message: { role: 'assistant', content }, done, ...(done && { done_reason: 'stop', prompt_eval_count: 3, eval_count: 4 }) })}\n`;
      const second = gate();
      const body = [line('one', false), { data: line('two', true), after: second.opened }];
      upstream.respond({ headers: { 'content-type': 'application/x-ndjson' }, body });
      const answer = await open(url('ollama/api/chat'), {
        method: 'POST',
        headers: JSON_HEADERS,
        body: '{"model":"llama3","messages":[]}',
      });
      const seen = await answer.until('one');
      second.open();
      expect(seen + (await answer.rest()).toString()).toBe(line('one', false) + line('two', true));
    });

    test('bytes of a kind nobody reads', async () => {
      const { upstream, url } = scene();
      const second = gate();
      const bytes = Buffer.from(binary(5000));
      upstream.respond({
        headers: { 'content-type': 'audio/mpeg' },
        body: [bytes.subarray(0, 1000), { data: bytes.subarray(1000), after: second.opened }],
      });
      const answer = await open(url('openai/audio/speech'), { method: 'POST', headers: JSON_HEADERS, body: '{}' });
      const first = await answer.next();
      second.open();
      expect(Buffer.concat([first ?? Buffer.alloc(0), await answer.rest()]).equals(bytes)).toBe(true);
    });
  });

  test('an AWS event stream passes untouched', async () => {
    const { upstream, url } = scene();
    const body = [binary(900), binary(700)];
    upstream.respond({ headers: { 'content-type': 'application/vnd.amazon.eventstream' }, body });
    // Nobody reads what this path answers, so the bytes need not be a real event stream.
    const answer = await ask(url('aws-bedrock/bedrock-runtime/us-east-1/custom/path'), {
      method: 'POST',
      headers: JSON_HEADERS,
      body: '{}',
    });
    expect(answer.body.equals(Buffer.concat(body))).toBe(true);
  });

  describe('a stream that breaks', () => {
    const broken: readonly (readonly [string, UpstreamScript])[] = [
      ['is cut', { headers: SSE, body: [chatFrame('half')], ending: 'cut' }],
      ['is cut in the middle of an event', { headers: SSE, body: [chatFrame('half'), 'data: {"id"'], ending: 'cut' }],
      ['ends politely without its terminal event', { headers: SSE, body: [chatFrame('half')] }],
      ['is reset', { headers: SSE, body: [chatFrame('half')], ending: 'reset' }],
      ['stalls', { headers: SSE, body: [chatFrame('half')], ending: 'stall' }],
      ['turns into nonsense', { headers: SSE, body: [chatFrame('half'), 'data: {not json\n\n', CHAT_END] }],
    ];

    test.each(broken)('%s: the client is told in its own protocol, the log says failed', async (_, script) => {
      const { upstream, gateway } = scene();
      // The break comes after the client has the first piece, whatever the runtimes buffer.
      const next = gate();
      const [first = '', ...others] = script.body as readonly string[];
      const held = others.map((data) => ({ data, after: next.opened }));
      upstream.respond({ ...script, body: [first, ...held, { data: '', after: next.opened }] });
      const answer = await openChat();
      const seen = await answer.until('half');
      next.open();
      const told = lastError(seen + (await answer.rest()).toString());
      expect(told).toMatchObject({ error: { message: expect.any(String) } });
      const row = await rowOf(gateway, answer.headers['cf-aig-log-id']);
      expect(row).toMatchObject({ success: false, provider: 'openai' });
    });

    test('lacks one of two choices that were asked for: the client is told, the log says failed', async () => {
      const { upstream, gateway, url } = scene();
      const [end = ''] = CHAT_END.split('data: [DONE]');
      upstream.respond({ headers: SSE, body: [chatFrame('half'), end] });
      const body = STREAM_REQUEST.replace('"stream":true', '"stream":true,"n":2');
      const answer = await open(url('openai/chat/completions'), { method: 'POST', headers: JSON_HEADERS, body });
      expect(lastError((await answer.rest()).toString())).toMatchObject({ error: { message: expect.any(String) } });
      expect(await rowOf(gateway, answer.headers['cf-aig-log-id'])).toMatchObject({ success: false });
    });

    test.each(['cut', 'reset'] as const)('%s where nobody knows its language: the client sees it', async (ending) => {
      const { upstream, gateway, url } = scene();
      upstream.respond({ headers: SSE, body: 'data: half\n\n', framing: 'content-length', ending });
      const asked = { method: 'POST', headers: JSON_HEADERS, body: STREAM_REQUEST };
      const answer = await open(url('openai/of/no/protocol'), asked);
      const seen = await answer.rest().catch((broken: Error) => broken);
      if (!(seen instanceof Error)) expect(lastError(seen.toString())).toMatchObject({ error: expect.anything() });
      expect(await rowOf(gateway, answer.headers['cf-aig-log-id'])).toMatchObject({ success: false });
    });

    test("a vendor's error in the middle passes once, the log says failed", async () => {
      const { upstream, gateway } = scene();
      const error = 'data: {"error":{"message":"overloaded","type":"server_error","code":null}}\n\n';
      upstream.respond({ headers: SSE, body: [chatFrame('half'), error] });
      const answer = await openChat();
      expect((await answer.rest()).toString()).toBe(chatFrame('half') + error);
      expect(await rowOf(gateway, answer.headers['cf-aig-log-id'])).toMatchObject({ success: false });
    });

    test('a Messages client is told with an error event', async () => {
      const { upstream, gateway, url } = scene();
      upstream.respond({ headers: SSE, body: [MESSAGES_START], ending: 'cut' });
      const answer = await open(url('anthropic/v1/messages'), {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': 'sk-test-not-a-secret' },
        body: MESSAGES_REQUEST,
      });
      const text = (await answer.rest()).toString();
      expect(text).toContain('event: error\n');
      expect(lastError(text)).toMatchObject({ type: 'error', error: { type: expect.any(String) } });
      expect(await rowOf(gateway, answer.headers['cf-aig-log-id'])).toMatchObject({ success: false });
    });
  });

  test('a slow reader of 100 MB holds the upstream up instead of filling memory', async () => {
    const { upstream, url } = scene();
    const large = flood(100_000_000);
    upstream.respond({ headers: { 'content-type': 'audio/mpeg' }, body: large.body });
    const answer = await open(url('openai/audio/speech'), { method: 'POST', headers: JSON_HEADERS, body: '{}' });
    await answer.next();
    await settled(() => large.written);
    expect(large.written).toBeLessThan(40_000_000);
    await answer.leave();
    expect((await upstream.disconnected(0)).early).toBe(true);
  });
}

/** The data of the last event that tells of an error. */
function lastError(text: string): unknown {
  const events = text.split('\n').filter((line) => line.startsWith('data: {') && line.includes('"error"'));
  const last = events.at(-1);
  if (last === undefined) throw new Error(`No error was told: ${text}`);
  return JSON.parse(last.slice('data: '.length));
}

/** Resolves when a figure that only grows has stopped growing for ten looks in a row. */
async function settled(figure: () => number): Promise<void> {
  let last = -1;
  for (let still = 0; still < 10; still++) {
    if (figure() !== last) still = 0;
    last = figure();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
