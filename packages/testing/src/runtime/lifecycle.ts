import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LaunchedGateway, LaunchOptions } from '../launch.ts';
import { gate } from '../upstream/gate.ts';
import type { Upstream } from '../upstream/start-upstream.ts';
import { ask, open } from './client.ts';
import { rowOf } from './logs.ts';
import { CHAT_ANSWER, CHAT_END, CHAT_REQUEST, chatFrame, STREAM_REQUEST } from './samples.ts';
import { JSON_HEADERS } from './scene.ts';

export interface LifecycleOptions {
  readonly upstream: () => Upstream;
  readonly start: (options: LaunchOptions) => Promise<LaunchedGateway>;
  /** The platform gives no notice of a stop, so nothing can be waited for. */
  readonly behindEdge: boolean;
}

/** Starting and stopping lose nothing. */
export function testLifecycle({ upstream, start, behindEdge }: LifecycleOptions): void {
  describe('start and stop', () => {
    let dataDir: string;
    let running: LaunchedGateway[];
    const launch = async (): Promise<LaunchedGateway> => {
      const env = { SLUICE_PROVIDER_OPENAI_BASE_URL: `${upstream().url}/v1` };
      const gateway = await start({ env, dataDir });
      running.push(gateway);
      return gateway;
    };
    beforeEach(async () => {
      running = [];
      dataDir = await mkdtemp(join(tmpdir(), 'sluice-'));
    });
    afterEach(async () => {
      for (const gateway of running) await gateway.stop();
      await rm(dataDir, { recursive: true, force: true });
    });

    test('a second start finds everything as it was', async () => {
      upstream().respond({ headers: { 'content-type': 'application/json' }, body: CHAT_ANSWER });
      const first = await launch();
      const call = { method: 'POST', headers: JSON_HEADERS, body: CHAT_REQUEST };
      const { headers } = await ask(`${first.url}/v1/default/default/openai/chat/completions`, call);
      if (behindEdge) await rowOf(first, headers['cf-aig-log-id']);
      await first.stop();
      const second = await launch();
      expect(await rowOf(second, headers['cf-aig-log-id'])).toMatchObject({ tokens_in: 1000, success: true });
    });

    // Behind an edge nobody sends signals: the platform decides when an isolate ends.
    if (!behindEdge) {
      test('SIGTERM lets an open stream come to its end, then the process ends with 0', async () => {
        const second = gate();
        const body = [chatFrame('one'), { data: CHAT_END, after: second.opened }];
        upstream().respond({ headers: { 'content-type': 'text/event-stream' }, body });
        const gateway = await launch();
        const answer = await open(`${gateway.url}/v1/default/default/openai/chat/completions`, {
          method: 'POST',
          headers: JSON_HEADERS,
          body: STREAM_REQUEST,
        });
        const seen = await answer.until('one');
        gateway.terminate();
        // It stops taking calls: then we know that the signal has arrived.
        await refused(gateway.url);
        second.open();
        expect(seen + (await answer.rest()).toString()).toBe(chatFrame('one') + CHAT_END);
        expect(await gateway.exited).toBe(0);
        const again = await launch();
        expect(await rowOf(again, answer.headers['cf-aig-log-id'])).toMatchObject({ success: true, tokens_out: 500 });
      });
    }
  });
}

async function refused(url: string): Promise<void> {
  for (;;) {
    const status = await ask(`${url}/health`).then(
      (answer) => answer.status,
      () => undefined,
    );
    if (status !== 200) return;
  }
}
