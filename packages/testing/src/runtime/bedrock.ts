import { describe, expect, test } from 'vitest';
import { gate } from '../upstream/gate.ts';
import { type OpenAnswer, open } from './client.ts';
import { message, messages } from './event-stream.ts';
import { rowOf } from './logs.ts';
import { JSON_HEADERS, type Scene } from './scene.ts';

const PATH = 'aws-bedrock/bedrock-runtime/us-east-1/model/anthropic.claude-x-v1%3A0/converse-stream';
const START = [
  event('messageStart', '{"role":"assistant"}'),
  event('contentBlockDelta', '{"contentBlockIndex":0,"delta":{"text":"Grüße"}}'),
];
const END = [
  event('contentBlockStop', '{"contentBlockIndex":0}'),
  event('messageStop', '{"stopReason":"end_turn"}'),
  event('metadata', '{"usage":{"inputTokens":12,"outputTokens":57,"totalTokens":69},"metrics":{"latencyMs":812}}'),
];
const HEADERS = { 'content-type': 'application/vnd.amazon.eventstream' };

/** Amazon's binary event stream is read on its way, and passes as it is. */
export function testBedrock(scene: () => Scene): void {
  const converse = (): Promise<OpenAnswer> =>
    open(scene().url(PATH), { method: 'POST', headers: JSON_HEADERS, body: '{"messages":[]}' });

  const expectException = async ({ headers }: OpenAnswer, received: Buffer): Promise<void> => {
    const whole = Buffer.concat(START);
    expect(received.subarray(0, whole.length).equals(whole)).toBe(true);
    const [exception, ...more] = messages(received.subarray(whole.length));
    expect(exception?.headers).toContain(':exception-type');
    expect(JSON.parse(exception?.payload ?? '')).toMatchObject({ message: expect.any(String) });
    expect(more).toEqual([]);
    expect(await rowOf(scene().gateway, headers['cf-aig-log-id'])).toMatchObject({ success: false });
  };

  describe('an AWS event stream', () => {
    test('passes byte for byte and piece by piece, and its usage is in the log', async () => {
      const { upstream, gateway } = scene();
      const second = gate();
      const [start, end] = [Buffer.concat(START), Buffer.concat(END)];
      upstream.respond({ headers: HEADERS, body: [start, { data: end, after: second.opened }] });
      const answer = await converse();
      const first = (await answer.next()) ?? Buffer.alloc(0);
      second.open();
      expect(Buffer.concat([first, await answer.rest()]).equals(Buffer.concat([start, end]))).toBe(true);
      expect(answer.headers['content-type']).toBe(HEADERS['content-type']);
      expect(upstream.requests[0]?.target).toBe('/model/anthropic.claude-x-v1%3A0/converse-stream');
      const row = await rowOf(gateway, answer.headers['cf-aig-log-id']);
      expect(row).toMatchObject({ success: true, tokens_in: 12, tokens_out: 57, model: 'anthropic.claude-x-v1:0' });
    });

    test('that is cut in the middle of a message ends with an exception behind its whole messages', async () => {
      const { upstream } = scene();
      // The break comes after the client has the whole ones, whatever the runtimes buffer.
      const next = gate();
      const half = { data: END[0]?.subarray(0, 20) ?? '', after: next.opened };
      upstream.respond({ headers: HEADERS, body: [Buffer.concat(START), half], ending: 'cut' });
      const answer = await converse();
      const first = (await answer.next()) ?? Buffer.alloc(0);
      next.open();
      await expectException(answer, Buffer.concat([first, await answer.rest()]));
    });

    test('that is damaged ends with an exception behind what was whole in the same piece', async () => {
      const { upstream } = scene();
      upstream.respond({ headers: HEADERS, body: [Buffer.concat([...START, damaged(END[0])])], ending: 'stall' });
      const answer = await converse();
      await expectException(answer, await answer.rest());
    });
  });
}

function event(type: string, payload: string): Buffer {
  return message({ ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' }, payload);
}

/** The message with its last checksum spoilt. */
function damaged(bytes: Buffer = Buffer.alloc(1)): Buffer {
  const copy = Buffer.from(bytes);
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
  return copy;
}
