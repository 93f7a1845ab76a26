import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import type { LaunchedGateway, LaunchOptions } from './launch.ts';
import { startPostgres, startRedis, type TestService } from './services/index.ts';
import { testOneMachine } from './shared-servers/one-machine.ts';
import { testPostgresAway } from './shared-servers/postgres-away.ts';
import { JSON_ANSWER, type Premises, WRITES_TO_NO_DISK } from './shared-servers/premises.ts';
import { testRedisAway } from './shared-servers/redis-away.ts';
import { testSharedPolicies } from './shared-servers/shared-policies.ts';
import { testSharedSettings } from './shared-servers/shared-settings.ts';
import { testStarting } from './shared-servers/starting.ts';
import { startUpstream, type Upstream } from './upstream/start-upstream.ts';

/** A runtime on which several processes are one gateway. */
export interface SharedServersSubject {
  /** For the titles of tests. */
  readonly name: string;
  /** Starts the gateway as a process of its own. */
  readonly start: (options: LaunchOptions) => Promise<LaunchedGateway>;
}

/** Whole servers that share PostgreSQL and Redis, and what they do while either is away. Skipped where one is not installed. */
export async function testSharedServers({ name, start }: SharedServersSubject): Promise<void> {
  const title = `Sluice on ${name}, twice`;
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const missing = [postgres, redis].flatMap((server) => ('missing' in server ? [server.missing] : []));
  if ('missing' in postgres || 'missing' in redis) {
    for (const server of [postgres, redis]) if (!('missing' in server)) await server.stop();
    describe.skip(`${title}: ${missing.join('; ')}`, () => {});
    return;
  }
  describe(title, () => runOn({ postgres, redis, start }));
}

interface Servers extends Pick<SharedServersSubject, 'start'> {
  readonly postgres: TestService;
  readonly redis: TestService;
}

function runOn({ postgres, redis, start }: Servers): void {
  let upstream: Upstream;
  let both: readonly [LaunchedGateway, LaunchedGateway];

  const startOne = (env: LaunchOptions['env'] = {}, dataDir = WRITES_TO_NO_DISK): Promise<LaunchedGateway> =>
    start({
      dataDir,
      env: {
        SLUICE_DATABASE_URL: postgres.url,
        SLUICE_REDIS_URL: redis.url,
        SLUICE_MASTER_KEY: 'master-key-for-tests-that-all-processes-share',
        SLUICE_PROVIDER_OPENAI_BASE_URL: `${upstream.url}/v1`,
        ...env,
      },
    });
  beforeAll(async () => {
    upstream = await startUpstream();
    // At the same moment, on an empty database.
    both = await Promise.all([startOne(), startOne()]);
  });
  beforeEach(() => {
    upstream.forget();
    upstream.respond(JSON_ANSWER);
  });
  afterAll(async () => {
    await Promise.all(both?.map((each) => each.stop()) ?? []);
    await upstream?.close();
    await Promise.all([postgres.stop(), redis.stop()]);
  });
  const premises = (): Premises => ({ upstream, postgres, redis, both, start: startOne });
  testSharedSettings(premises);
  testSharedPolicies(premises);
  testStarting(premises);
  testRedisAway(premises);
  testPostgresAway(premises);
  testOneMachine(premises);
}
