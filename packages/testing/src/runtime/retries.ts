import { describe, expect, test } from 'vitest';
import { ownGateway } from './gateways.ts';
import { CHAT_ANSWER, CHAT_END, CHAT_REQUEST, chatFrame, STREAM_REQUEST } from './samples.ts';
import type { Scene } from './scene.ts';

/** Another try at the same upstream, as long as nothing has gone to the client. */
export function testRetries(scene: () => Scene): void {
  const fine = { headers: { 'content-type': 'application/json' }, body: CHAT_ANSWER };
  const retrying = { retry_max_attempts: 3, retry_delay: 1, retry_backoff: 'constant' };

  describe('retries', () => {
    test('send the same bytes again', async () => {
      const { upstream } = scene();
      const { chat } = await ownGateway(scene(), { id: 'retry-bytes', ...retrying });
      upstream.respond((_, index) => (index === 0 ? { status: 500, body: 'down' } : fine));
      expect((await chat()).text()).toBe(CHAT_ANSWER);
      expect(upstream.requests.map((request) => request.text())).toEqual([CHAT_REQUEST, CHAT_REQUEST]);
    });

    test.each([400, 401, 404, 422])("don't repeat what was answered with %i", async (status) => {
      const { upstream } = scene();
      const { chat } = await ownGateway(scene(), { id: `retry-${status}`, ...retrying });
      upstream.respond({ status, headers: { 'content-type': 'application/json' }, body: '{"error":{"message":"no"}}' });
      expect((await chat()).status).toBe(status);
      expect(upstream.requests).toHaveLength(1);
    });

    test.each(['reset', 'cut'] as const)('make a JSON answer good that is broken by a %s', async (ending) => {
      const { upstream } = scene();
      const { chat } = await ownGateway(scene(), { id: `retry-${ending}`, ...retrying });
      upstream.respond((_, index) => (index === 0 ? { ...fine, framing: 'content-length', ending } : fine));
      expect((await chat()).text()).toBe(CHAT_ANSWER);
      expect(upstream.requests).toHaveLength(2);
    });

    test('make a stream good that begins with an error', async () => {
      const { upstream } = scene();
      const { chat } = await ownGateway(scene(), { id: 'retry-stream', ...retrying });
      const sse = { 'content-type': 'text/event-stream' };
      const error = 'data: {"error":{"message":"overloaded","type":"server_error","code":null}}\n\n';
      const good = chatFrame('one') + CHAT_END;
      upstream.respond((_, index) => ({ headers: sse, body: [index === 0 ? error : good] }));
      expect((await chat({}, { body: STREAM_REQUEST })).text()).toBe(good);
    });

    test('give up in the end, and what the vendor said last is the answer', async () => {
      const { upstream } = scene();
      const { chat, row } = await ownGateway(scene(), { id: 'retry-in-vain', ...retrying });
      upstream.respond((_, index) => ({ status: 503, headers: { 'content-type': 'text/plain' }, body: `no ${index}` }));
      const answer = await chat();
      expect([answer.status, answer.text()]).toEqual([503, 'no 2']);
      expect((await row(answer)).attempts.map((each) => each.status_code)).toEqual([503, 503, 503]);
    });
  });
}
