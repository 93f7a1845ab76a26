import { describe, expect, test } from 'vitest';
import { ownGateway, step } from './gateways.ts';
import { CHAT_ANSWER, CHAT_END, chatFrame, STREAM_REQUEST } from './samples.ts';
import type { Scene } from './scene.ts';

/** The steps of the universal endpoint, one after the other until one answers. */
export function testFallbacks(scene: () => Scene): void {
  const fine = { headers: { 'content-type': 'application/json' }, body: CHAT_ANSWER };
  const refused = {
    status: 401,
    headers: { 'content-type': 'application/json' },
    body: '{"error":{"message":"who?"}}',
  };
  const dead = step({ provider: 'groq', endpoint: 'chat/completions' });

  describe('fallbacks', () => {
    test('go on from an upstream that nobody serves', async () => {
      const { upstream } = scene();
      upstream.respond(fine);
      const { universal, row } = await ownGateway(scene(), { id: 'fall-dead' });
      const answer = await universal([dead, step()]);
      expect([answer.status, answer.headers['cf-aig-step'], answer.text()]).toEqual([200, '1', CHAT_ANSWER]);
      expect(await row(answer)).toMatchObject({
        provider: 'openai',
        step: 1,
        attempts: [{ status_code: null }, { status_code: 200 }],
      });
    });

    test('end with what the last vendor said', async () => {
      const { upstream } = scene();
      upstream.respond(refused);
      const { universal } = await ownGateway(scene(), { id: 'fall-in-vain' });
      const answer = await universal([step(), dead, step({ provider: 'ollama', endpoint: 'api/chat' })]);
      expect([answer.status, answer.headers['cf-aig-step'], answer.text()]).toEqual([401, '2', refused.body]);
    });

    test('stop at the first that answers', async () => {
      const { upstream } = scene();
      upstream.respond(fine);
      const { universal } = await ownGateway(scene(), { id: 'fall-first' });
      expect((await universal([step(), step()])).headers['cf-aig-step']).toBe('0');
      expect(upstream.requests).toHaveLength(1);
    });

    test('go on from a stream that begins with an error, and not from one that has begun', async () => {
      const { upstream } = scene();
      const { universal } = await ownGateway(scene(), { id: 'fall-streams' });
      const headers = { 'content-type': 'text/event-stream' };
      const error = 'data: {"error":{"message":"overloaded","type":"server_error","code":null}}\n\n';
      const good = chatFrame('one') + CHAT_END;
      const steps = [0, 1].map(() => step({ query: JSON.parse(STREAM_REQUEST) }));
      upstream.respond((_, index) => ({ headers, body: [index === 0 ? error : good] }));
      const rescued = await universal(steps);
      expect([rescued.headers['cf-aig-step'], rescued.text()]).toEqual(['1', good]);
      upstream.forget();
      upstream.respond((_, index) => ({ headers, body: [index === 0 ? chatFrame('one') + error : good] }));
      const begun = await universal(steps);
      expect([begun.headers['cf-aig-step'], begun.text()]).toEqual(['0', chatFrame('one') + error]);
      expect(upstream.requests).toHaveLength(1);
    });

    test('send each vendor its own credential alone', async () => {
      const { upstream } = scene();
      upstream.respond((_, index) => (index === 0 ? { status: 500, body: 'down' } : fine));
      const { universal } = await ownGateway(scene(), { id: 'fall-keys' });
      const claude = {
        provider: 'anthropic',
        endpoint: 'v1/messages',
        headers: { 'x-api-key': 'sk-test-of-anthropic' },
      };
      await universal([step(), step(claude)], { 'cf-aig-authorization': 'Bearer sk-test-of-the-gateway' });
      expect(upstream.requests.map(({ headers }) => [headers.authorization, headers['x-api-key']])).toEqual([
        ['Bearer sk-test-not-a-secret', undefined],
        [undefined, 'sk-test-of-anthropic'],
      ]);
      expect(JSON.stringify(upstream.requests.map(({ headers }) => headers))).not.toContain('of-the-gateway');
    });
  });
}
