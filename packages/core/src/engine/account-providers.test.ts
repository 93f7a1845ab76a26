import { afterEach, describe, expect, test } from 'vitest';
import { GatewayError, type Plugin, type Provider } from '../index.ts';
import { closeAll, echo, start } from './test-gateway.ts';

afterEach(closeAll);

const mine: Provider = { ...echo, id: 'custom-mine', baseUrl: 'https://mine.test/v2' };

describe.each([
  ['from memory', (provider: Provider | undefined) => provider],
  ['after a look-up', async (provider: Provider | undefined) => provider],
])('a provider of an account, %s', (_, answer) => {
  const accountProviders = (account: string, slug: string) =>
    answer(account === 'acc' && slug === 'custom-mine' ? mine : undefined);

  test('is called at its own address', async () => {
    const { ask, sent } = start({ accountProviders });
    expect((await ask('/v1/acc/gw/custom-mine/chat?a=1')).status).toBe(200);
    expect(sent[0]?.url).toBe('https://mine.test/v2/chat?a=1');
  });

  test('is unknown to other accounts', async () => {
    const { ask } = start({ accountProviders });
    const answer = await ask('/v1/other/gw/custom-mine/chat');
    expect(await answer.json()).toMatchObject({ internalCode: 2008 });
  });

  test('is found by plugins', async () => {
    const chain: Plugin = {
      name: 'chain',
      stage: 'step',
      setup: ({ locate }) => ({
        handle: async (call, next) => {
          const request = { method: 'POST', path: 'chat', query: '', headers: {} };
          return next(await locate('custom-mine', request, call.account));
        },
      }),
    };
    const { ask, sent } = start({ accountProviders, plugins: [chain] });
    await ask('/v1/acc/gw/echo/elsewhere');
    expect(sent[0]?.url).toBe('https://mine.test/v2/chat');
  });
});

test("a redirect below the address of an account's provider leads through the gateway again", async () => {
  const redirect = {
    status: 307,
    headers: { location: '/v2/there' },
    body: { read: async () => undefined, cancel() {} },
  };
  const { ask } = start({ accountProviders: () => mine }, () => redirect);
  const answer = await ask('/v1/acc/gw/custom-mine/here');
  expect(answer.headers.get('location')).toBe('/v1/acc/gw/custom-mine/there');
});

test('nobody is asked about a provider that the gateway has itself', async () => {
  const asked: string[] = [];
  const { ask } = start({ accountProviders: (_, slug) => void asked.push(slug) });
  expect((await ask('/v1/acc/gw/echo/chat')).status).toBe(200);
  expect(asked).toEqual([]);
});

test('why a provider can not be called now reaches the client', async () => {
  const { ask } = start({
    accountProviders: () => {
      throw new GatewayError('invalid_provider', 'It is switched off.');
    },
  });
  const answer = await ask('/v1/acc/gw/custom-mine/chat');
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain('It is switched off.');
});
