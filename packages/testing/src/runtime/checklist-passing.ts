import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { gate } from '../upstream/gate.ts';
import { ask, open } from './client.ts';
import { ownGateway, step } from './gateways.ts';
import { CHAT_ANSWER, chatFrame, STREAM_REQUEST } from './samples.ts';
import { JSON_HEADERS, type Scene } from './scene.ts';

/** What goes through as it is. */
export function checkPassing(scene: () => Scene): void {
  test('8.8.4 cf-aig-* headers reach no upstream, others do, and no body is compressed twice', async () => {
    const { upstream } = scene();
    const { chat, universal } = await ownGateway(scene(), { id: 'check-4' });
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    upstream.respond({ headers, body: gzipSync(CHAT_ANSWER) });
    const own = { 'cf-aig-metadata': '{"team":"a"}', 'cf-aig-event-id': 'e', 'cf-aig-unheard-of': '1' };
    const vendors = { 'openai-organization': 'org-1', 'x-nobody-knows': 'Kept As It Is' };
    const direct = await chat({ ...own, ...vendors, 'accept-encoding': 'identity' });
    await universal([step({ headers: { ...JSON_HEADERS, ...own, ...vendors } })]);
    expect(direct.text()).toBe(CHAT_ANSWER);
    expect(upstream.requests).toHaveLength(2);
    for (const request of upstream.requests) {
      expect(request.headers).toMatchObject({ ...vendors, authorization: JSON_HEADERS.authorization });
      expect(Object.keys(request.headers).filter((name) => name.startsWith('cf-aig'))).toEqual([]);
    }
  });

  test('8.8.5 openai/chat/completions and openai/v1/chat/completions are the same, and a query survives', async () => {
    const { upstream } = scene();
    const { chat, universal } = await ownGateway(scene(), { id: 'check-5' });
    await chat({}, { path: 'openai/chat/completions' });
    await chat({}, { path: 'openai/v1/chat/completions' });
    await universal([step({ endpoint: 'files?purpose=x' })]);
    const targets = upstream.requests.map(({ target }) => target);
    expect(targets).toEqual(['/v1/chat/completions', '/v1/chat/completions', '/v1/files?purpose=x']);
  });

  test('8.8.6 SSE passes chunk for chunk, and a client that aborts aborts the upstream', async () => {
    const { upstream } = scene();
    const { root } = await ownGateway(scene(), { id: 'check-6' });
    const second = gate();
    const body = [chatFrame('one'), { data: chatFrame('two'), after: second.opened }];
    upstream.respond({ headers: { 'content-type': 'text/event-stream' }, body, ending: 'stall' });
    const asked = { method: 'POST', headers: JSON_HEADERS, body: STREAM_REQUEST };
    const answer = await open(`${root}/openai/chat/completions`, asked);
    await answer.until('one');
    second.open();
    await answer.until('two');
    await answer.leave();
    expect((await upstream.disconnected(0)).early).toBe(true);
  });

  test('8.8.27 HEAD and OPTIONS go through to the vendor', async () => {
    const { upstream } = scene();
    const { root } = await ownGateway(scene(), { id: 'check-27' });
    for (const method of ['HEAD', 'OPTIONS']) {
      expect((await ask(`${root}/openai/models`, { method, headers: JSON_HEADERS })).status).toBe(200);
    }
    expect(upstream.requests.map(({ method }) => method)).toEqual(['HEAD', 'OPTIONS']);
  });
}
