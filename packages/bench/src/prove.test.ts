import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeConnections } from './load/exchange.ts';
import { proveAnswer, proveStream } from './prove.ts';
import { ANSWER, EVENTS } from './workload.ts';

const ANSWERS: Readonly<Record<string, string>> = {
  '/whole': ANSWER,
  '/reordered': JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(ANSWER) as object).reverse())),
  '/changed': ANSWER.replace('Snow', 'Rain'),
  '/stream': EVENTS.join(''),
  '/stream-without-end': EVENTS.slice(0, -1).join(''),
  '/stream-changed': EVENTS.join('').replace('word50', 'word51'),
};

let server: Server;
const at = (path: string) => ({
  url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
  headers: {},
});

beforeAll(async () => {
  server = createServer(({ url = '' }, response) => response.writeHead(url in ANSWERS ? 200 : 500).end(ANSWERS[url]));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  closeConnections();
  server.close();
});

test("the upstream's answer is right, in whatever order its members come", async () => {
  expect(await proveAnswer(at('/whole'))).toBeUndefined();
  expect(await proveAnswer(at('/reordered'))).toBeUndefined();
});

test('another answer or another status is wrong', async () => {
  expect(await proveAnswer(at('/changed'))).toContain('differs');
  expect(await proveAnswer(at('/nothing'))).toContain('status 500');
});

test('a stream is right when every event arrives, the terminal one included', async () => {
  expect(await proveStream(at('/stream'))).toBeUndefined();
  expect(await proveStream(at('/stream-without-end'))).toContain('100 of 101');
  expect(await proveStream(at('/stream-changed'))).toContain('event 50');
});
