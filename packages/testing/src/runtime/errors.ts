import { describe, expect, test } from 'vitest';
import { type Answer, ask } from './client.ts';
import { rowOf } from './logs.ts';
import { CHAT_REQUEST } from './samples.ts';
import { JSON_HEADERS, LIMITS, type Scene } from './scene.ts';

/** Failures of the gateway itself have the published shape and codes, and leave a row. */
export function testErrors(scene: () => Scene): void {
  const post = (path: string, body: string | Uint8Array = CHAT_REQUEST): Promise<Answer> =>
    ask(`${scene().gateway.url}${path}`, { method: 'POST', headers: JSON_HEADERS, body });

  describe('errors of the gateway', () => {
    test('an unknown gateway is 400 with code 2001', async () => {
      expectError(await post('/v1/default/nowhere/openai/chat/completions'), 400, 2001);
    });

    test('an unknown account is 400 with code 2001', async () => {
      expectError(await post('/v1/nobody/default/openai/chat/completions'), 400, 2001);
    });

    test('an unknown provider is 400 with code 2008', async () => {
      expectError(await post('/v1/default/default/nobody/chat/completions'), 400, 2008);
    });

    test('an authenticated gateway wants a token: 401 with code 2009, and in with it', async () => {
      const { gateway, upstream } = scene();
      const gateways = `${gateway.url}/client/v4/accounts/default/ai-gateway/gateways`;
      const token = `Bearer ${gateway.adminToken}`;
      const created = await ask(gateways, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: token },
        body: JSON.stringify({ id: 'guarded', authentication: true, ...NEW_GATEWAY }),
      });
      expect(created.status, created.text()).toBe(200);
      const path = '/v1/default/guarded/openai/chat/completions';
      expectError(await post(path), 401, 2009);
      expect(upstream.requests).toHaveLength(0);
      const headers = { ...JSON_HEADERS, 'cf-aig-authorization': token };
      expect((await ask(gateway.url + path, { method: 'POST', headers, body: CHAT_REQUEST })).status).toBe(200);
    });

    test('management takes bodies with and without a length, and says no in its own envelope', async () => {
      const { gateway } = scene();
      const gateways = `${gateway.url}/client/v4/accounts/default/ai-gateway/gateways`;
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${gateway.adminToken}` };
      const chunked = { ...headers, 'transfer-encoding': 'chunked' };
      const body = JSON.stringify({ id: 'chunked', ...NEW_GATEWAY });
      expect((await ask(gateways, { method: 'POST', headers: chunked, body })).status).toBe(200);
      const codes = [];
      for (const method of ['POST', 'PATCH']) {
        const answer = await ask(method === 'POST' ? gateways : `${gateways}/chunked`, { method, headers });
        codes.push(JSON.parse(answer.text()).errors[0].code);
      }
      expect(codes).toEqual([7001, 7000]);
    });

    test('a path that climbs is 400', async () => {
      const { upstream } = scene();
      const answer = await post('/v1/default/default/openai/files/%2e%2e/%2e%2e/admin');
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(upstream.requests).toHaveLength(0);
    });

    test('a body over the limit is 413', async () => {
      const { upstream } = scene();
      const answer = await post('/v1/default/default/openai/files', new Uint8Array(LIMITS.maxRequestBytes + 1));
      expectError(answer, 413, 2100);
      expect(upstream.requests).toHaveLength(0);
    });

    test('an upstream that nobody serves is 502, with a row', async () => {
      const answer = await post('/v1/default/default/groq/chat/completions');
      expectError(answer, 502, 2005);
      expect(await rowOf(scene().gateway, answer.headers['cf-aig-log-id'])).toMatchObject({
        provider: 'groq',
        status_code: 502,
        success: false,
      });
    });

    test('an upstream that closes without an answer is 502', async () => {
      const { upstream } = scene();
      upstream.respond({ body: 'half', framing: 'content-length', ending: 'reset' });
      expectError(await post('/v1/default/default/openai/chat/completions'), 502, 2005);
    });

    test('an upstream that never answers is 504, with a row', async () => {
      const { upstream, gateway } = scene();
      upstream.respond({ ending: 'silent' });
      const answer = await post('/v1/default/default/openai/chat/completions');
      expectError(answer, 504, 2005);
      expect((await upstream.disconnected(0)).early).toBe(true);
      const row = await rowOf(gateway, answer.headers['cf-aig-log-id']);
      expect(row).toMatchObject({ status_code: 504, success: false });
    });
  });
}

function expectError(answer: Answer, status: number, code: number): void {
  expect(answer.status, answer.text()).toBe(status);
  expect(answer.headers['content-type']).toContain('application/json');
  expect(answer.headers['cf-aig-request-id']).toEqual(expect.any(String));
  expect(answer.json()).toMatchObject({
    success: false,
    result: [],
    messages: [],
    error: [{ code, message: expect.any(String) }],
    name: 'AiGatewayError',
    httpCode: status,
    internalCode: code,
  });
}

const NEW_GATEWAY = {
  cache_invalidate_on_update: false,
  cache_ttl: 0,
  collect_logs: true,
  rate_limiting_interval: 0,
  rate_limiting_limit: 0,
};
