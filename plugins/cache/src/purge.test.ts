import { describe, expect, test, vi } from 'vitest';
import { answered, CHAT, seen, start, type TestGateway } from './__fixtures__/start.ts';
import { cachePurger } from './index.ts';

describe('purging a gateway', () => {
  test('serves nothing more that was asked up to that moment, and what is asked later', async () => {
    const settings: { cachePurgedAt: number | null } = { cachePurgedAt: null };
    const { ask, clock, settled } = start(answered(), { settings });
    await ask();
    await settled();
    clock.advance(1);
    settings.cachePurgedAt = clock.now();
    expect((await seen(ask())).status).toBe('MISS');
    await settled();
    // In the very moment of the purge nobody knows which was first.
    expect((await seen(ask())).status).toBe('MISS');
    clock.advance(1);
    expect((await seen(ask())).status).toBe('MISS');
    await settled();
    expect((await seen(ask())).status).toBe('HIT');
  });

  test('an answer that was under way does not survive it', async () => {
    const settings = { cachePurgedAt: 0 };
    const gate = Promise.withResolvers<void>();
    const { ask, clock, sent, settled } = start(
      async (request, count) => {
        await gate.promise;
        return answered()(request, count);
      },
      { settings },
    );
    const first = ask();
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    clock.advance(1);
    settings.cachePurgedAt = clock.now();
    clock.advance(1);
    gate.resolve();
    await first;
    await settled();
    expect((await seen(ask())).status).toBe('MISS');
  });
});

describe('purging a key', () => {
  const headers = { 'cf-aig-cache-key': 'greeting' };

  test('of the client’s own purges it for every credential, and nothing else', async () => {
    const gateway = start();
    const { ask } = gateway;
    const questions = [{ headers }, { headers, key: 'Bearer sk-test-2' }];
    const others = [
      {},
      { headers: { 'cf-aig-cache-key': 'other' } },
      { headers, gateway: 'other' },
      { headers, account: 'other' },
    ];
    await fill(gateway, [...questions, ...others]);
    await purge(gateway, ['greeting']);
    for (const question of questions) expect((await seen(ask(question))).status).toBe('MISS');
    for (const question of others) expect((await seen(ask(question))).status).toBe('HIT');
    await gateway.settled();
    gateway.clock.advance(1);
    await fill(gateway, questions);
    for (const question of questions) expect((await seen(ask(question))).status).toBe('HIT');
  });

  test('by the id that the answers carry purges that entry', async () => {
    const gateway = start();
    const { ask, settled } = gateway;
    const entry = (await ask()).headers.get('cf-aig-cache-entry') ?? '';
    const other = { body: { ...CHAT, user: 'b' } };
    await fill(gateway, [other]);
    await settled();
    await purge(gateway, [entry]);
    expect((await seen(ask(other))).status).toBe('HIT');
    expect((await seen(ask())).status).toBe('MISS');
  });

  test('by an id reaches nobody else’s entry', async () => {
    const gateway = start();
    const entry = (await gateway.ask()).headers.get('cf-aig-cache-entry') ?? '';
    await gateway.settled();
    const { purge } = cachePurger(gateway.store, gateway.clock.now);
    await purge('acme', 'other', [entry]);
    await purge('other', 'prod', [entry]);
    expect((await seen(gateway.ask())).status).toBe('HIT');
  });

  test('in other scripts purges what came in a header as UTF-8', async () => {
    const gateway = start();
    const question = {
      headers: { 'cf-aig-cache-key': String.fromCharCode(...new TextEncoder().encode('Grüße/世界')) },
    };
    await fill(gateway, [question]);
    await purge(gateway, ['Grüße/世界']);
    expect((await seen(gateway.ask(question))).status).toBe('MISS');
  });

  test('several at once, and ones that nobody ever used', async () => {
    const gateway = start();
    await fill(gateway, [{ headers }]);
    await purge(gateway, ['greeting', 'nobody’s', 'Grüße/世界', 'a'.repeat(64)]);
    expect((await seen(gateway.ask({ headers }))).status).toBe('MISS');
  });
});

async function fill({ ask, settled, clock }: TestGateway, questions: readonly object[]): Promise<void> {
  for (const question of questions) await (await ask(question)).text();
  await settled();
  clock.advance(1);
}

function purge({ store, clock }: TestGateway, keys: readonly string[]): Promise<void> {
  return cachePurger(store, clock.now).purge('acme', 'prod', keys);
}
