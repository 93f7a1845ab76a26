import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { flood } from './flood.ts';
import { gate } from './gate.ts';
import { startUpstream, type Upstream } from './start-upstream.ts';
import { unusedPort } from './unused-port.ts';

let upstream: Upstream;
beforeEach(async () => {
  upstream = await startUpstream();
});
afterEach(() => upstream.close());

test('a request is recorded as it stood on the wire', async () => {
  const body = new Uint8Array(300_000).map((_, index) => index % 251);
  await fetch(`${upstream.url}/v1/a%2Fb?x=%20y`, { method: 'POST', body, headers: { 'X-Mixed': 'Value' } });
  const [request] = upstream.requests;
  expect(request?.method).toBe('POST');
  expect(request?.target).toBe('/v1/a%2Fb?x=%20y');
  expect(request?.headers['x-mixed']).toBe('Value');
  expect(Buffer.from(request?.body ?? []).equals(Buffer.from(body))).toBe(true);
});

test('a chunked request body is put together', async () => {
  const request = httpRequest(`${upstream.url}/upload`, { method: 'POST' });
  request.write('first ');
  request.end('second');
  expect((await upstream.arrived(0)).text()).toBe('first second');
});

test('a gated piece waits for its gate', async () => {
  const { opened, open } = gate();
  upstream.respond({ body: ['one', { data: 'two', after: opened }] });
  const reader = (await fetch(upstream.url)).body?.getReader();
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('one');
  open();
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('two');
});

test.each(['cut', 'reset'] as const)('%s breaks the body off', async (ending) => {
  upstream.respond({ body: 'half', ending });
  const answer = fetch(upstream.url).then((response) => response.text());
  await expect(answer).rejects.toThrow();
});

test('a stalled answer stays open until the peer leaves', async () => {
  upstream.respond({ body: ['half'], ending: 'stall' });
  const leaving = new AbortController();
  const response = await fetch(upstream.url, { signal: leaving.signal });
  await response.body?.getReader().read();
  leaving.abort();
  expect((await upstream.disconnected(0)).early).toBe(true);
});

test('interim answers go ahead', async () => {
  upstream.respond({ interim: [{ status: 103, headers: { link: '</a>' } }], body: 'done' });
  const statuses: number[] = [];
  const text = await new Promise((resolve) => {
    const request = httpRequest(upstream.url, (response) => response.on('data', (data) => resolve(String(data))));
    request.on('information', (info) => statuses.push(info.statusCode)).end();
  });
  expect([statuses, text]).toEqual([[103], 'done']);
});

test('a flood is written no faster than it is read', async () => {
  const large = flood(100_000_000);
  upstream.respond({ body: large.body });
  const socket = connect(upstream.port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nhost: test\r\n\r\n');
  await upstream.arrived(0);
  await new Promise((resolve) => socket.once('readable', resolve));
  expect(large.written).toBeLessThan(50_000_000);
  socket.destroy();
  expect((await upstream.disconnected(0)).early).toBe(true);
});

test('nobody listens on an unused port', async () => {
  await expect(fetch(`http://127.0.0.1:${await unusedPort()}`)).rejects.toThrow();
});
