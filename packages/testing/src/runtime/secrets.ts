import { describe, expect, test } from 'vitest';
import { type Answer, ask } from './client.ts';
import { bodiesOf, rowOf, rows } from './logs.ts';
import { CHAT_REQUEST } from './samples.ts';
import { JSON_HEADERS, type Scene } from './scene.ts';

const SECRET = 'sk-test-SECRET-0123456789';

/** A key that a client sends shows up nowhere but at its provider, least of all when something goes wrong. */
export function testSecrets(scene: () => Scene): void {
  const call = { method: 'POST', headers: { ...JSON_HEADERS, authorization: `Bearer ${SECRET}` }, body: CHAT_REQUEST };

  const expectSecret = async (answer: Answer): Promise<void> => {
    const { gateway } = scene();
    const id = answer.headers['cf-aig-log-id'];
    const stored = [await rowOf(gateway, id), await rows(gateway), await bodiesOf(gateway, id)];
    expect(JSON.stringify(answer.headers) + answer.text()).not.toContain(SECRET);
    expect(JSON.stringify(stored)).not.toContain(SECRET);
    expect(gateway.logs()).not.toContain(SECRET);
  };

  describe('a key in the query and in a header', () => {
    test('is in no error, log or row when nobody answers upstream', async () => {
      const answer = await ask(scene().url(`groq/chat/completions?key=${SECRET}&alt=sse`), call);
      expect(answer.status).toBe(502);
      await expectSecret(answer);
    });

    test('is in no error, log or row when the upstream breaks off', async () => {
      const { upstream, url } = scene();
      upstream.respond({ body: 'half', framing: 'content-length', ending: 'reset' });
      const answer = await ask(url(`openai/chat/completions?key=${SECRET}`), call);
      expect(answer.status).toBe(502);
      await expectSecret(answer);
    });

    test('reaches its provider, and no row', async () => {
      const { upstream, url } = scene();
      const answer = await ask(url(`openai/chat/completions?key=${SECRET}`), call);
      expect(upstream.requests[0]?.target).toBe(`/v1/chat/completions?key=${SECRET}`);
      await expectSecret(answer);
    });
  });
}
