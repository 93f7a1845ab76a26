import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGateway, manage } from '../clients/manage.ts';
import type { LaunchedGateway } from '../launch.ts';
import { cacheStatusOf, chat, chats, hourly, settled, tally } from './calls.ts';
import type { Premises } from './premises.ts';

/** Processes of one machine share its files instead. */
export function testOneMachine(premises: () => Premises): void {
  describe('one directory for data', () => {
    let dataDir: string;
    let both: readonly [LaunchedGateway, LaunchedGateway];
    beforeAll(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'sluice-'));
      const { start } = premises();
      both = await Promise.all([start(FILES_ALONE, dataDir), start(FILES_ALONE, dataDir)]);
    });
    afterAll(async () => {
      await Promise.all(both?.map((process) => process.stop()) ?? []);
      await rm(dataDir, { recursive: true, force: true });
    });

    test('counts for all: a limit of 25 lets 25 of 200 calls at once through', async () => {
      const { upstream } = premises();
      await createGateway(both[0], { id: 'limit', ...hourly(25) });
      expect(tally(await chats(both, 'limit', 200))).toEqual({ 200: 25, 429: 175 });
      expect(upstream.requests).toHaveLength(25);
    });

    test('answers for all: what one process cached the other serves', async () => {
      const [first, second] = both;
      await createGateway(first, { id: 'cache', cache_ttl: 300 });
      await settled(first, 'cache', await chat(first, 'cache'));
      expect(cacheStatusOf(await chat(second, 'cache'))).toBe('HIT');
    });

    test('has one master key, made by whoever came first and readable by its owner alone', async () => {
      const { upstream } = premises();
      const [first, second] = both;
      expect((await stat(join(dataDir, 'master.key'))).mode & 0o777).toBe(0o600);
      expect((await readdir(dataDir)).filter((name) => name.includes('key'))).toEqual(['master.key']);
      await createGateway(first, { id: 'keys' });
      const key = { provider_slug: 'openai', alias: 'default', default_config: true, secret: 'sk-test-of-one-machine' };
      await manage(first, 'POST', 'gateways/keys/provider_configs', key);
      expect((await chat(second, 'keys', { isKeyless: true })).status).toBe(200);
      expect(upstream.requests[0]?.headers.authorization).toBe('Bearer sk-test-of-one-machine');
    });
  });
}

const FILES_ALONE = {
  SLUICE_DATABASE_URL: '',
  SLUICE_REDIS_URL: '',
  SLUICE_MASTER_KEY: '',
  SLUICE_CONFIG: '{"counters":"sqlite","cache":{"backend":"file"}}',
};
