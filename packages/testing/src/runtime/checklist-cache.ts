import { expect, test } from 'vitest';
import { untilHit } from './cached.ts';
import { ownGateway } from './gateways.ts';
import { CHAT_ANSWER, CHAT_REQUEST } from './samples.ts';
import type { Scene } from './scene.ts';

/** What the cache answers. */
export function checkCache(scene: () => Scene): void {
  const ttl = { 'cf-aig-cache-ttl': '120' };
  const respond = () =>
    scene().upstream.respond({ status: 200, headers: { 'content-type': 'application/json' }, body: CHAT_ANSWER });

  test('8.8.7 cf-aig-cache-ttl: the first is a MISS, the second a HIT with the same bytes', async () => {
    respond();
    const { chat } = await ownGateway(scene(), { id: 'check-7' });
    const first = await chat(ttl);
    const second = await untilHit(() => chat(ttl));
    expect(first.headers['cf-aig-cache-status']).toBe('MISS');
    expect([second.status, second.headers['content-type']]).toEqual([first.status, first.headers['content-type']]);
    expect(second.body.equals(first.body)).toBe(true);
  });

  test("8.8.7 another provider's key is a MISS", async () => {
    respond();
    const { chat } = await ownGateway(scene(), { id: 'check-7-key' });
    await untilHit(() => chat(ttl));
    const other = await chat({ ...ttl, authorization: 'Bearer sk-test-of-somebody-else' });
    expect(other.headers['cf-aig-cache-status']).toBe('MISS');
  });

  test('8.8.7 cf-aig-skip-cache: never a HIT', async () => {
    const { upstream } = scene();
    respond();
    const { chat } = await ownGateway(scene(), { id: 'check-7-skip' });
    await untilHit(() => chat(ttl));
    const before = upstream.requests.length;
    const skipped = await chat({ ...ttl, 'cf-aig-skip-cache': 'true' });
    expect(skipped.headers['cf-aig-cache-status']).not.toBe('HIT');
    expect(upstream.requests).toHaveLength(before + 1);
  });

  test('8.8.7 a custom key: a HIT across different bodies', async () => {
    respond();
    const { chat } = await ownGateway(scene(), { id: 'check-7-custom' });
    const headers = { 'cf-aig-cache-key': 'of-mine' };
    await untilHit(() => chat(headers));
    const other = await chat(headers, { body: CHAT_REQUEST.replace('héllo', 'goodbye') });
    expect([other.headers['cf-aig-cache-status'], other.text()]).toEqual(['HIT', CHAT_ANSWER]);
  });

  test('8.8.7 an upstream 500 is not cached', async () => {
    const { upstream } = scene();
    const { chat, row } = await ownGateway(scene(), { id: 'check-7-500' });
    upstream.respond({ status: 500, headers: { 'content-type': 'application/json' }, body: '{"error":{}}' });
    // Once the row is there, whatever is done behind an answer has been done.
    await row(await chat(ttl));
    expect((await chat(ttl)).headers['cf-aig-cache-status']).not.toBe('HIT');
    expect(upstream.requests).toHaveLength(2);
  });

  test('8.8.8 a hit is logged as cached and costs nothing', async () => {
    respond();
    const { chat, row } = await ownGateway(scene(), { id: 'check-8' });
    expect(await row(await chat(ttl))).toMatchObject({ cached: false, tokens_in: 1000 });
    const hit = await untilHit(() => chat(ttl));
    expect(await row(hit)).toMatchObject({ cached: true, cost: 0, success: true, status_code: 200 });
  });
}
