import { describe, expect, test } from 'vitest';
import { gate } from '../upstream/gate.ts';
import { ask, askInVain, beginUpload, open } from './client.ts';
import { rowOf, rowWhere } from './logs.ts';
import { binary, CHAT_REQUEST, chatFrame, STREAM_REQUEST } from './samples.ts';
import { JSON_HEADERS, type Scene } from './scene.ts';

/** How soon after the client its call has to be gone upstream, in milliseconds: from then on tokens cost for nothing. */
const PROMPTLY_MS = 100;

/** A client that leaves stops what it asked for, whatever the call was doing, and leaves a row. */
export function testLeaving(scene: () => Scene, behindEdge: boolean): void {
  // The server in front of a Worker notices only at its next write, so one of the gateway's time limits comes first.
  const closes = behindEdge ? 'closes the upstream in the end' : `closes the upstream within ${PROMPTLY_MS} ms`;

  const expectClosed = async (leave: () => Promise<number>): Promise<void> => {
    const left = await leave();
    const { at, early } = await scene().upstream.disconnected(0);
    expect(early).toBe(true);
    if (!behindEdge) expect(at - left).toBeLessThan(PROMPTLY_MS);
  };

  // A shared machine may pause for longer than that; a gateway that is late is late every time.
  describe('a client that leaves', { retry: 2 }, () => {
    test(`before the answer has begun ${closes}`, async () => {
      const { upstream, gateway, url } = scene();
      upstream.respond({ ending: 'silent' });
      const client = askInVain(url('openai/chat/completions'), post(named('left-before-the-head')));
      await upstream.arrived(0);
      await expectClosed(client.leave);
      const row = await rowWhere(gateway, ({ model }) => model === 'left-before-the-head');
      expect(row).toMatchObject({ success: false, status_code: behindEdge ? 504 : 499 });
    });

    test(`in the middle of a JSON answer ${closes}`, async () => {
      const { upstream, gateway, url } = scene();
      const half = halfOfJson();
      upstream.respond({ headers: half.headers, body: half.body, framing: 'none', ending: 'stall' });
      const client = askInVain(url('openai/chat/completions'), post(named('left-in-json')));
      await half.taken;
      await expectClosed(client.leave);
      expect(await rowWhere(gateway, ({ model }) => model === 'left-in-json')).toMatchObject({ success: false });
    });

    test(`in the middle of an event stream ${closes}`, async () => {
      const { upstream, gateway, url } = scene();
      upstream.respond({
        headers: { 'content-type': 'text/event-stream' },
        body: [chatFrame('half')],
        ending: 'stall',
      });
      const answer = await open(url('openai/chat/completions'), post(STREAM_REQUEST));
      await answer.until('half');
      await expectClosed(answer.leave);
      expect(await rowOf(gateway, answer.headers['cf-aig-log-id'])).toMatchObject({ success: false });
    });

    test(`in the middle of audio ${closes}`, async () => {
      const { upstream, gateway, url } = scene();
      upstream.respond({ headers: { 'content-type': 'audio/mpeg' }, body: [binary(1000)], ending: 'stall' });
      const answer = await open(url('openai/audio/speech'), post('{"model":"tts-1","input":"hi"}'));
      await answer.next();
      await expectClosed(answer.leave);
      expect(await rowOf(gateway, answer.headers['cf-aig-log-id'])).toMatchObject({ success: false });
    });

    test('in the middle of its own upload has asked for nothing, and leaves a row', async () => {
      const { upstream, gateway, url } = scene();
      const part = post(CHAT_REQUEST);
      const client = await beginUpload(url('openai/files/left-in-upload'), part, 2 * CHAT_REQUEST.length);
      // What came before on another connection has been seen once this is answered.
      await ask(`${gateway.url}/health`);
      await client.leave();
      const row = await rowWhere(gateway, ({ path }) => path.includes('left-in-upload'));
      expect(row).toMatchObject({ success: false });
      expect(upstream.requests).toHaveLength(0);
    });
  });
}

function post(body: string): { method: string; headers: Readonly<Record<string, string>>; body: string } {
  return { method: 'POST', headers: JSON_HEADERS, body };
}

/** A chat request that can be found in the log by its model. */
function named(model: string): string {
  return CHAT_REQUEST.replace('gpt-4o-mini', model);
}

/** Half of a JSON answer, larger than the sockets between can hold, and when the gateway has begun to take it in. */
function halfOfJson() {
  const { opened: taken, open: take } = gate();
  async function* body(): AsyncGenerator<Uint8Array> {
    const piece = new Uint8Array(64 * 1024).fill(0x31);
    for (let sent = 0; sent < HALF_BYTES; sent += piece.length) yield piece;
    take();
  }
  const headers = { 'content-type': 'application/json', 'content-length': String(2 * HALF_BYTES) };
  return { headers, body: body(), taken };
}

const HALF_BYTES = 7 * 1024 * 1024;
