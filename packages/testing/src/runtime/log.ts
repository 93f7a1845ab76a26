import { describe, expect, test } from 'vitest';
import { type Answer, ask } from './client.ts';
import { rowOf, rows } from './logs.ts';
import { CHAT_ANSWER, CHAT_REQUEST } from './samples.ts';
import { JSON_HEADERS, type Scene } from './scene.ts';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Every call can be found again, by the ids on its answer. */
export function testLog(scene: () => Scene): void {
  const chat = (headers: Readonly<Record<string, string>> = {}): Promise<Answer> => {
    const { upstream, url } = scene();
    upstream.respond({ headers: { 'content-type': 'application/json' }, body: CHAT_ANSWER });
    return ask(url('openai/chat/completions'), {
      method: 'POST',
      headers: { ...JSON_HEADERS, ...headers },
      body: CHAT_REQUEST,
    });
  };

  describe('the log', () => {
    test('an answer carries the ids of its call', async () => {
      const { headers } = await chat({ 'cf-aig-event-id': 'event-of-mine' });
      expect(headers['cf-aig-log-id']).toMatch(UUID_V7);
      expect(headers).toMatchObject({
        'cf-aig-request-id': headers['cf-aig-log-id'],
        'cf-aig-event-id': 'event-of-mine',
        'cf-aig-step': '0',
      });
    });

    test('a row says what was asked, what was answered, what it cost and how long it took', async () => {
      const { headers } = await chat();
      const row = await rowOf(scene().gateway, headers['cf-aig-log-id']);
      expect(row).toMatchObject({
        provider: 'openai',
        path: expect.stringContaining('chat/completions'),
        status_code: 200,
        success: true,
        tokens_in: 1000,
        tokens_out: 500,
        step: 0,
      });
      expect(row.model).toContain('gpt-4o-mini');
      expect(row.cost).toBeCloseTo(0.00045, 9);
      expect(row.timings.total).toBeGreaterThanOrEqual(row.timings.latency);
      expect(row.request_head).toBe(CHAT_REQUEST);
      expect(row.response_head).toBe(CHAT_ANSWER);
      expect(JSON.stringify(row)).not.toContain('sk-test');
    });

    test('cf-aig-collect-log: false leaves no row', async () => {
      const unwanted = await chat({ 'cf-aig-collect-log': 'false' });
      expect(unwanted.headers['cf-aig-log-id']).toBeUndefined();
      const wanted = await chat();
      await rowOf(scene().gateway, wanted.headers['cf-aig-log-id']);
      const ids = (await rows(scene().gateway)).map(({ id }) => id);
      expect(ids).not.toContain(unwanted.headers['cf-aig-request-id']);
    });

    test('cf-aig-collect-log-payload: false keeps the row and no bodies', async () => {
      const { headers } = await chat({ 'cf-aig-collect-log-payload': 'false' });
      const row = await rowOf(scene().gateway, headers['cf-aig-log-id']);
      expect(row.tokens_in).toBe(1000);
      expect(`${row.request_head ?? ''}${row.response_head ?? ''}`).toBe('');
    });

    test('no management without its token', async () => {
      const { url } = scene().gateway;
      const logs = `${url}/client/v4/accounts/default/ai-gateway/gateways/default/logs`;
      expect((await ask(logs)).status).toBe(401);
      expect((await ask(logs, { headers: { authorization: 'Bearer sk-test-wrong-token' } })).status).toBe(401);
    });
  });
}
