import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { ask } from './client.ts';
import { binary, CHAT_ANSWER, CHAT_REQUEST } from './samples.ts';
import { JSON_HEADERS, type Scene } from './scene.ts';

/** What goes in comes out: paths, bytes and headers on their way through the gateway. */
export function testProxy(scene: () => Scene, behindEdge: boolean): void {
  describe('the way there', () => {
    test.each(['openai/chat/completions', 'openai/v1/chat/completions'])('%s reaches the same place', async (path) => {
      const { upstream, url } = scene();
      await ask(url(path), { method: 'POST', headers: JSON_HEADERS, body: CHAT_REQUEST });
      expect(upstream.requests[0]?.target).toBe('/v1/chat/completions');
    });

    test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s arrives as it was sent', async (method) => {
      const { upstream, url } = scene();
      expect((await ask(url('openai/files/file-1'), { method, headers: JSON_HEADERS })).status).toBe(200);
      expect(upstream.requests[0]?.method).toBe(method);
    });

    test('query and percent-encoding survive', async () => {
      const { upstream, url } = scene();
      await ask(url('openai/files/a%20b%3Ac?after=%2Bx%26y&limit=2&empty='));
      expect(upstream.requests[0]?.target).toBe('/v1/files/a%20b%3Ac?after=%2Bx%26y&limit=2&empty=');
    });

    test('a query right behind the slug survives', async () => {
      const { upstream, url } = scene();
      expect((await ask(url('ollama?x=1'))).status).toBe(200);
      expect(upstream.requests[0]?.target).toBe('/?x=1');
    });

    // A body of unknown length ends at the proxy of `wrangler dev`, which forgets that there was one.
    const framings = behindEdge ? ['content-length'] : ['content-length', 'transfer-encoding'];
    test.each(framings)('a GET with a body and %s arrives whole, or is refused with the reason', async (framing) => {
      const { upstream, url } = scene();
      const headers = { ...JSON_HEADERS, ...(framing === 'transfer-encoding' && { [framing]: 'chunked' }) };
      const answer = await ask(url('openai/files'), { method: 'GET', headers, body: CHAT_REQUEST });
      if (answer.status === 200) return expect(upstream.requests[0]?.text()).toBe(CHAT_REQUEST);
      expect(answer.status).toBe(400);
      expect(answer.text()).toContain('body with GET');
      expect(upstream.requests).toHaveLength(0);
    });

    test('JSON arrives byte for byte', async () => {
      const { upstream, url } = scene();
      await ask(url('openai/chat/completions'), { method: 'POST', headers: JSON_HEADERS, body: CHAT_REQUEST });
      expect(upstream.requests[0]?.text()).toBe(CHAT_REQUEST);
    });

    test('a multipart upload arrives byte for byte, boundary included', async () => {
      const { upstream, url } = scene();
      const type = 'multipart/form-data; boundary=----sluice';
      const head = '------sluice\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\n\r\n';
      const body = Buffer.concat([Buffer.from(head), binary(200_000), Buffer.from('\r\n------sluice--\r\n')]);
      await ask(url('openai/audio/transcriptions'), { method: 'POST', headers: { 'content-type': type }, body });
      expect(upstream.requests[0]?.headers['content-type']).toBe(type);
      expect(body.equals(upstream.requests[0]?.body ?? new Uint8Array())).toBe(true);
    });

    test('an upload in chunks of unknown length arrives whole', async () => {
      const { upstream, url } = scene();
      const body = Buffer.from(binary(100_000));
      const chunked = Buffer.concat([
        Buffer.from(`${body.length.toString(16)}\r\n`),
        body,
        Buffer.from('\r\n0\r\n\r\n'),
      ]);
      // Framed by hand, so that no client library decides for a length.
      await postChunked(url('openai/files'), chunked);
      expect(body.equals((await upstream.arrived(0)).body)).toBe(true);
    });

    test("the gateway's own and hop-by-hop headers stay behind, what nobody knows goes on", async () => {
      const { upstream, behindEdge, url } = scene();
      const own = {
        'cf-aig-metadata': '{"team":"a"}',
        'cf-aig-authorization': 'Bearer x',
        te: 'trailers',
        // An edge takes `connection` away, and with it the news that x-hop belongs to it.
        ...(!behindEdge && { connection: 'keep-alive, x-hop', 'x-hop': '1' }),
      };
      const headers = { ...JSON_HEADERS, ...own, 'x-new-of-vendor': 'kept' };
      await ask(url('openai/chat/completions'), { method: 'POST', headers, body: CHAT_REQUEST });
      const sent = upstream.requests[0]?.headers ?? {};
      expect(sent).toMatchObject({ 'x-new-of-vendor': 'kept', authorization: JSON_HEADERS.authorization });
      // The platform signs what a Worker sends; that is none of our headers.
      const left = Object.keys(sent).filter((name) => /^cf-(?!worker$)|^x-hop$|^te$|^x-forwarded/.test(name));
      expect(left).toEqual([]);
      expect(sent.host).toBe(`127.0.0.1:${upstream.port}`);
    });
  });

  describe('the way back', () => {
    test('a binary answer is the same bytes, type and length', async () => {
      const { upstream, url } = scene();
      const body = binary(300_000);
      upstream.respond({ headers: { 'content-type': 'audio/mpeg' }, body });
      const answer = await ask(url('openai/audio/speech'), { method: 'POST', headers: JSON_HEADERS, body: '{}' });
      expect(answer.headers['content-type']).toBe('audio/mpeg');
      expect(answer.body.equals(body)).toBe(true);
    });

    test("a vendor's own error comes back as it is", async () => {
      const { upstream, url } = scene();
      const body = '{"error":{"message":"slow down","type":"requests","code":"rate_limit_exceeded"}}';
      const headers = { 'content-type': 'application/json', 'retry-after': '7', 'x-request-id': 'req-1' };
      upstream.respond({ status: 429, headers, body });
      const answer = await ask(url('openai/chat/completions'), { method: 'POST', headers: JSON_HEADERS, body: '{}' });
      expect([answer.status, answer.text()]).toEqual([429, body]);
      expect(answer.headers).toMatchObject({ 'retry-after': '7', 'x-request-id': 'req-1' });
    });

    test("a redirect below the provider's base leads through the gateway again", async () => {
      const { upstream, url } = scene();
      upstream.respond({ status: 307, headers: { location: `${upstream.url}/v1/moved?x=1` } });
      const answer = await ask(url('openai/files'), { headers: JSON_HEADERS });
      expect([answer.status, answer.headers.location]).toEqual([307, '/v1/default/default/openai/moved?x=1']);
    });

    test('a redirect to another host is the client’s affair: no credential follows it', async () => {
      const { upstream, url } = scene();
      upstream.respond({ status: 302, headers: { location: `http://localhost:${upstream.port}/elsewhere` } });
      const answer = await ask(url('openai/files/1/content'), { headers: JSON_HEADERS });
      expect([answer.status, answer.headers.location]).toEqual([302, `http://localhost:${upstream.port}/elsewhere`]);
      expect(upstream.requests).toHaveLength(1);
    });

    test('1xx answers are skipped', async () => {
      const { upstream, url } = scene();
      upstream.respond({ interim: [{ status: 103, headers: { link: '</a>' } }], body: CHAT_ANSWER });
      expect((await ask(url('openai/models'))).text()).toBe(CHAT_ANSWER);
    });

    test('HEAD is answered with headers alone', async () => {
      const { upstream, url } = scene();
      upstream.respond({ headers: { 'content-type': 'text/plain', 'x-from': 'vendor' }, body: 'not sent' });
      const answer = await ask(url('openai/files'), { method: 'HEAD' });
      expect([answer.status, answer.headers['x-from'], answer.body.length]).toEqual([200, 'vendor', 0]);
    });

    test.each([204, 304])('%i has no body', async (status) => {
      const { upstream, url } = scene();
      upstream.respond({ status, headers: { 'x-from': 'vendor' }, framing: 'none' });
      const answer = await ask(url('openai/files/1'), { method: status === 204 ? 'DELETE' : 'GET' });
      expect([answer.status, answer.headers['x-from'], answer.body.length]).toEqual([status, 'vendor', 0]);
    });
  });
}

async function postChunked(url: string, body: Buffer): Promise<void> {
  const { port, pathname } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  const head = [`POST ${pathname} HTTP/1.1`, 'host: test', 'transfer-encoding: chunked', 'connection: close'];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  socket.write(body);
  await new Promise((resolve) => socket.on('close', resolve).resume());
}
