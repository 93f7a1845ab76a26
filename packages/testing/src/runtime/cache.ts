import { describe, expect, test } from 'vitest';
import { untilHit } from './cached.ts';
import { administer, ownGateway } from './gateways.ts';
import { CHAT_ANSWER, CHAT_END, CHAT_REQUEST, chatFrame, STREAM_REQUEST } from './samples.ts';
import type { Scene } from './scene.ts';

/** What was answered once is answered again, streams too, to those who asked the same. */
export function testCache(scene: () => Scene): void {
  describe('the cache', () => {
    test("is the gateway's to switch on, for every call", async () => {
      const { upstream } = scene();
      const { chat } = await ownGateway(scene(), { id: 'cache-on', cache_ttl: 300 });
      upstream.respond({ headers: { 'content-type': 'application/json' }, body: CHAT_ANSWER });
      expect((await chat()).headers['cf-aig-cache-status']).toBe('MISS');
      const hit = await untilHit(chat);
      expect(hit.text()).toBe(CHAT_ANSWER);
      const asked = upstream.requests.length;
      expect((await chat({}, { body: CHAT_REQUEST.replace('héllo', 'goodbye') })).headers['cf-aig-cache-status']).toBe(
        'MISS',
      );
      expect(upstream.requests).toHaveLength(asked + 1);
    });

    test('replays a stream byte for byte', async () => {
      const { upstream } = scene();
      const { chat } = await ownGateway(scene(), { id: 'cache-streams', cache_ttl: 300 });
      const body = chatFrame('one') + chatFrame('two') + CHAT_END;
      upstream.respond({ headers: { 'content-type': 'text/event-stream' }, body: [body] });
      const call = () => chat({}, { body: STREAM_REQUEST });
      expect((await call()).text()).toBe(body);
      const hit = await untilHit(call);
      expect(hit.text()).toBe(body);
      expect(hit.headers['content-type']).toContain('text/event-stream');
    });

    test('keeps no half of a stream', async () => {
      const { upstream } = scene();
      const { chat, row } = await ownGateway(scene(), { id: 'cache-halves', cache_ttl: 300 });
      upstream.respond({ headers: { 'content-type': 'text/event-stream' }, body: [chatFrame('half')], ending: 'cut' });
      const call = () => chat({}, { body: STREAM_REQUEST });
      // Once the row is there, whatever is done behind an answer has been done.
      await row(await call());
      await row(await call());
      expect(upstream.requests).toHaveLength(2);
    });

    test('forgets when it is purged', async () => {
      const { upstream, gateway } = scene();
      const { chat, id } = await ownGateway(scene(), { id: 'cache-purged', cache_ttl: 300 });
      upstream.respond({ headers: { 'content-type': 'application/json' }, body: CHAT_ANSWER });
      await untilHit(chat);
      const purged = await administer(gateway, `gateways/${id}/cache/purge`, 'POST', { everything: true });
      expect(purged.status, purged.text()).toBe(200);
      expect((await chat()).headers['cf-aig-cache-status']).toBe('MISS');
    });

    test('of one gateway is not that of another', async () => {
      const { upstream } = scene();
      const one = await ownGateway(scene(), { id: 'cache-one', cache_ttl: 300 });
      const other = await ownGateway(scene(), { id: 'cache-other', cache_ttl: 300 });
      upstream.respond({ headers: { 'content-type': 'application/json' }, body: CHAT_ANSWER });
      await untilHit(one.chat);
      expect((await other.chat()).headers['cf-aig-cache-status']).toBe('MISS');
    });
  });
}
