import { expect, test } from 'vitest';
import { administer, ownGateway } from './gateways.ts';
import { CHAT_ANSWER } from './samples.ts';
import type { Scene } from './scene.ts';

/** What a call leaves behind. */
export function checkLog(scene: () => Scene): void {
  test('8.8.13 collect-log: false leaves no log, collect-log-payload: false one without bodies', async () => {
    const { gateway } = scene();
    const { chat, row, id } = await ownGateway(scene(), { id: 'check-13' });
    const unlogged = await chat({ 'cf-aig-collect-log': 'false' });
    expect(unlogged.headers).not.toHaveProperty('cf-aig-log-id');
    const bodiless = await chat({ 'cf-aig-collect-log-payload': 'false' });
    const { id: logged } = await row(bodiless);
    for (const side of ['request', 'response']) {
      expect((await administer(gateway, `gateways/${id}/logs/${logged}/${side}`)).status).toBe(404);
    }
    const listed = (await administer(gateway, `gateways/${id}/logs`)).json<{ result: { id: string }[] }>();
    expect(listed.result.map((each) => each.id)).toEqual([logged]);
  });

  test('8.8.14 six metadata keys keep five, a nested object makes it null, and the call succeeds', async () => {
    const { chat, row } = await ownGateway(scene(), { id: 'check-14' });
    const tagged = async (metadata: object) => {
      const answer = await chat({ 'cf-aig-metadata': JSON.stringify(metadata) });
      expect(answer.status).toBe(200);
      return (await row(answer)).metadata;
    };
    expect(await tagged({ a: 1, b: 'two', c: true, d: 4, e: 5, f: 6 })).toEqual({
      a: 1,
      b: 'two',
      c: true,
      d: 4,
      e: 5,
    });
    expect(await tagged({ a: { nested: true } })).toBeNull();
    expect(await tagged({ 'cf.user_id': 'forged', a: 1 })).toEqual({ a: 1 });
  });

  test('8.8.15 cf-aig-custom-cost is what the call costs', async () => {
    const { upstream } = scene();
    upstream.respond({ headers: { 'content-type': 'application/json' }, body: CHAT_ANSWER });
    const { chat, row } = await ownGateway(scene(), { id: 'check-15' });
    const answer = await chat({ 'cf-aig-custom-cost': '{"per_token_in":1,"per_token_out":2}' });
    expect(await row(answer)).toMatchObject({ custom_cost: true, cost: 1000 * 1 + 500 * 2 });
  });

  test('8.8.16 cf-aig-event-id is echoed or made, and cf-aig-log-id leads to the row', async () => {
    const { chat, row } = await ownGateway(scene(), { id: 'check-16' });
    expect((await chat({ 'cf-aig-event-id': 'of-mine' })).headers['cf-aig-event-id']).toBe('of-mine');
    const answer = await chat();
    expect(answer.headers['cf-aig-event-id']).toMatch(/^\S+$/);
    expect(await row(answer)).toMatchObject({ id: answer.headers['cf-aig-log-id'], success: true });
  });
}
