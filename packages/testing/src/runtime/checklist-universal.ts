import { expect, test } from 'vitest';
import { manage } from '../clients/manage.ts';
import { ask } from './client.ts';
import { expectGatewayError, ownGateway, step } from './gateways.ts';
import { CHAT_ANSWER, CHAT_REQUEST } from './samples.ts';
import { JSON_HEADERS, type Scene } from './scene.ts';

/** The gateway's own address, and who may use it. */
export function checkUniversal(scene: () => Scene): void {
  test('8.8.1 the universal endpoint takes an array and a bare object, and no empty array', async () => {
    const { upstream } = scene();
    upstream.respond({ headers: { 'content-type': 'application/json' }, body: CHAT_ANSWER });
    const { universal } = await ownGateway(scene(), { id: 'check-1' });
    expect((await universal([step()])).text()).toBe(CHAT_ANSWER);
    expect((await universal(step())).text()).toBe(CHAT_ANSWER);
    expect(upstream.requests.map((request) => request.target)).toEqual(Array(2).fill('/v1/chat/completions'));
    expect(upstream.requests[0]?.json()).toEqual(JSON.parse(CHAT_REQUEST));
    expectGatewayError(await universal([]), 400, 2102);
  });

  test('8.8.2 when the second step serves, cf-aig-step is 1 and the body is raw', async () => {
    const { upstream } = scene();
    const raw = '{ "id":"msg_1",  "content":[{"type":"text","text":"héllo"}] }';
    upstream.respond(({ target }) =>
      target.includes('messages')
        ? { headers: { 'content-type': 'application/json', 'x-of-vendor': 'kept' }, body: raw }
        : { status: 500, body: 'down' },
    );
    const { universal } = await ownGateway(scene(), { id: 'check-2' });
    const headers = { 'x-api-key': 'sk-test-not-a-secret' };
    const answer = await universal([step(), step({ provider: 'anthropic', endpoint: 'v1/messages', headers })]);
    expect([answer.status, answer.text()]).toEqual([200, raw]);
    expect(answer.headers).toMatchObject({ 'cf-aig-step': '1', 'x-of-vendor': 'kept' });
  });

  test('8.8.3 unknown gateway 400/2001, missing token 401/2009, and "Bearer undefined" passes an open gateway', async () => {
    const { gateway } = scene();
    const headers = { ...JSON_HEADERS, 'cf-aig-authorization': 'Bearer undefined' };
    const body = JSON.stringify([step()]);
    const nowhere = await ask(`${gateway.url}/v1/default/nowhere`, { method: 'POST', headers, body });
    expectGatewayError(nowhere, 400, 2001);
    const guarded = await ownGateway(scene(), { id: 'check-3-guarded', authentication: true });
    expectGatewayError(await guarded.universal([step()]), 401, 2009);
    expectGatewayError(await guarded.universal([step()], headers), 401, 2009);
    const token = { name: 'check-3', kind: 'gateway', gateway_id: guarded.id };
    const { value } = await manage<{ value: string }>(gateway, 'POST', 'tokens', token);
    expect((await guarded.universal([step()], { 'cf-aig-authorization': `Bearer ${value}` })).status).toBe(200);
    const opened = await ownGateway(scene(), { id: 'check-3-open' });
    expect((await opened.universal([step()], headers)).status).toBe(200);
  });

  test("8.8.12 a request's header beats the gateway, and a universal step's header beats the outer one", async () => {
    const { upstream } = scene();
    upstream.respond({ status: 503, body: 'down' });
    // Ten failures in a row are too many for a circuit.
    const traffic = { breaker: { enabled: false } };
    const fields = { id: 'check-12', retry_max_attempts: 2, retry_delay: 1, traffic };
    const { chat, universal } = await ownGateway(scene(), fields);
    const triesOf = async (call: Promise<unknown>): Promise<number> => {
      upstream.forget();
      await call;
      return upstream.requests.length;
    };
    const own = step({ headers: { ...JSON_HEADERS, 'cf-aig-max-attempts': '4' } });
    expect(await triesOf(chat())).toBe(2);
    expect(await triesOf(chat({ 'cf-aig-max-attempts': '3' }))).toBe(3);
    expect(await triesOf(universal([step()], { 'cf-aig-max-attempts': '1' }))).toBe(1);
    expect(await triesOf(universal([own], { 'cf-aig-max-attempts': '1' }))).toBe(4);
  });
}
