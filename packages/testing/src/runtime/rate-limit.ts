import { describe, expect, test } from 'vitest';
import { gate } from '../upstream/gate.ts';
import { open } from './client.ts';
import { expectGatewayError, ownGateway } from './gateways.ts';
import { CHAT_ANSWER, CHAT_END, chatFrame, STREAM_REQUEST } from './samples.ts';
import { JSON_HEADERS, type Scene } from './scene.ts';

/** Never more than the limit, whoever asks at the same moment. */
export function testRateLimit(scene: () => Scene): void {
  describe('rate limits', () => {
    test.each(['fixed', 'sliding'])(
      'of twelve calls at once a %s limit of five lets five through',
      async (technique) => {
        const { upstream } = scene();
        const { chat } = await ownGateway(scene(), {
          id: `limit-${technique}`,
          ...HOURLY(5),
          rate_limiting_technique: technique,
        });
        const answers = await Promise.all(Array.from({ length: 12 }, () => chat()));
        expect(answers.map(({ status }) => status).sort()).toEqual([...Array(5).fill(200), ...Array(7).fill(429)]);
        expect(upstream.requests).toHaveLength(5);
      },
    );

    test('say when to come again', async () => {
      const { chat } = await ownGateway(scene(), { id: 'limit-told', ...HOURLY(1) });
      await chat();
      const refused = await chat();
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(3600);
    });

    test('are counted for each value of a metadata key', async () => {
      const rule = { id: 'team', unit: 'requests', limit: 1, intervalSeconds: 3600, per: 'metadata.team' };
      const { chat } = await ownGateway(scene(), { id: 'limit-teams', traffic: { rateLimits: [rule] } });
      const by = (team: string) => chat({ 'cf-aig-metadata': JSON.stringify({ team }) });
      const statuses = [await by('a'), await by('a'), await by('b')].map(({ status }) => status);
      expect(statuses).toEqual([200, 429, 200]);
    });

    test('on tokens refuse the call behind the one that used them up', async () => {
      const { upstream } = scene();
      const rule = { id: 'tokens', unit: 'tokens', limit: 1500, intervalSeconds: 3600 };
      const { chat, row } = await ownGateway(scene(), { id: 'limit-tokens', traffic: { rateLimits: [rule] } });
      upstream.respond({ headers: { 'content-type': 'application/json' }, body: CHAT_ANSWER });
      // Once its row is there, its tokens are counted.
      await row(await chat());
      expectGatewayError(await chat(), 429, 2003);
    });

    test('on calls at the same time free the place when a stream is over', async () => {
      const { upstream } = scene();
      const rule = { id: 'places', unit: 'concurrency', limit: 1 };
      const { chat, root, row } = await ownGateway(scene(), { id: 'limit-places', traffic: { rateLimits: [rule] } });
      const end = gate();
      const body = [chatFrame('one'), { data: CHAT_END, after: end.opened }];
      upstream.respond({ headers: { 'content-type': 'text/event-stream' }, body });
      const first = await open(`${root}/openai/chat/completions`, {
        method: 'POST',
        headers: JSON_HEADERS,
        body: STREAM_REQUEST,
      });
      await first.until('one');
      expectGatewayError(await chat(), 429, 2003);
      end.open();
      const over = await first.rest();
      const { status, headers } = first;
      await row({ status, headers, body: over, text: () => '', json: () => JSON.parse('') });
      upstream.respond({ headers: { 'content-type': 'application/json' }, body: CHAT_ANSWER });
      expect((await chat()).status).toBe(200);
    });
  });
}

/** A window so long that no test meets its end. */
const HOURLY = (limit: number) => ({ rate_limiting_interval: 3600, rate_limiting_limit: limit });
