import { expect, test } from 'vitest';
import { expectGatewayError, ownGateway, step } from './gateways.ts';
import { CHAT_ANSWER, CHAT_END, chatFrame, STREAM_REQUEST } from './samples.ts';
import type { Scene } from './scene.ts';

/** Limits on calls, and other tries at them. */
export function checkTries(scene: () => Scene): void {
  const fine = { headers: { 'content-type': 'application/json' }, body: CHAT_ANSWER };

  test('8.8.9 rate limit: N pass, the next is 429/2003 in the published shape, with its log id', async () => {
    const fields = { id: 'check-9', rate_limiting_interval: 3600, rate_limiting_limit: 2 };
    const { chat, row } = await ownGateway(scene(), fields);
    expect([(await chat()).status, (await chat()).status]).toEqual([200, 200]);
    const refused = await chat();
    expectGatewayError(refused, 429, 2003);
    expect(refused.headers['content-type']).toContain('application/json');
    expect(await row(refused)).toMatchObject({ status_code: 429, success: false });
  });

  test('8.8.10 cf-aig-request-timeout moves on to the next step', async () => {
    const { upstream } = scene();
    upstream.respond((_, index) => (index === 0 ? { ending: 'silent' } : fine));
    const { universal, row } = await ownGateway(scene(), { id: 'check-10' });
    const answer = await universal([step(), step()], { 'cf-aig-request-timeout': '50' });
    expect([answer.status, answer.headers['cf-aig-step'], answer.text()]).toEqual([200, '1', CHAT_ANSWER]);
    const [late] = (await row(answer)).attempts;
    expect(late?.error).toContain('50 ms');
  });

  test('8.8.10 cf-aig-request-timeout cuts no stream that has begun', async () => {
    const { upstream } = scene();
    const body = [chatFrame('one'), { data: CHAT_END, after: later(250) }];
    upstream.respond({ headers: { 'content-type': 'text/event-stream' }, body });
    const { chat } = await ownGateway(scene(), { id: 'check-10-stream' });
    const answer = await chat({ 'cf-aig-request-timeout': '200' }, { body: STREAM_REQUEST });
    expect(answer.text()).toBe(chatFrame('one') + CHAT_END);
  });

  test('8.8.11 cf-aig-max-attempts: 3 with 503, 503, 200 is a 200 and one row', async () => {
    const { upstream } = scene();
    upstream.respond((_, index) => (index < 2 ? { status: 503, body: 'down' } : fine));
    const { chat, row } = await ownGateway(scene(), { id: 'check-11' });
    const answer = await chat({ 'cf-aig-max-attempts': '3', 'cf-aig-retry-delay': '1' });
    expect([answer.status, answer.text()]).toEqual([200, CHAT_ANSWER]);
    const { attempts, tokens_in } = await row(answer);
    expect(attempts.map((each) => each.status_code)).toEqual([503, 503, 200]);
    expect(tokens_in).toBe(1000);
  });
}

/** The upstream takes longer than the limit; nobody here waits for it to pass. */
function later(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms).unref());
}
