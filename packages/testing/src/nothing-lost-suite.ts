import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { LaunchedGateway, LaunchOptions } from './launch.ts';
import { startPostgres, type TestService } from './services/index.ts';
import { chat, eventually, rowIds } from './shared-servers/calls.ts';
import { JSON_ANSWER } from './shared-servers/premises.ts';
import { startUpstream, type Upstream } from './upstream/start-upstream.ts';

/** A runtime whose log outlives whatever happens to the process or its database. */
export interface NothingLostSubject {
  /** For the titles of tests. */
  readonly name: string;
  /** Starts the gateway as a process of its own. */
  readonly start: (options: LaunchOptions) => Promise<LaunchedGateway>;
}

/** Which rows are there after a kill, a stop and an outage of the database. Those with PostgreSQL are skipped without it. */
export async function testNothingLost({ name, start }: NothingLostSubject): Promise<void> {
  const postgres = await startPostgres();
  const title = `The log of Sluice on ${name}`;
  describe(title, () => {
    let upstream: Upstream;
    let dataDir: string;
    const launch = async (env: LaunchOptions['env'] = {}): Promise<LaunchedGateway> => {
      const address = { SLUICE_PROVIDER_OPENAI_BASE_URL: `${upstream.url}/v1` };
      const gateway = await start({ dataDir, env: { ...address, ...env } });
      onTestFinished(() => gateway.stop());
      return gateway;
    };
    beforeAll(async () => {
      upstream = await startUpstream();
      upstream.respond(JSON_ANSWER);
    });
    beforeEach(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'sluice-'));
    });
    afterEach(() => rm(dataDir, { recursive: true, force: true }));
    afterAll(() => upstream?.close());
    testKill(launch);
    if ('missing' in postgres) describe.skip(`without a database: ${postgres.missing}`, () => {});
    else testOutage({ launch, postgres, spool: () => readdir(join(dataDir, 'log-spool')).catch(() => []) });
  });
}

type Launch = (env?: LaunchOptions['env']) => Promise<LaunchedGateway>;

/** Documented are 250 ms; the rest is for a machine that has other things to do. */
const LOST_MS = 500;
const TRAFFIC_MS = 2000;

function testKill(launch: Launch): void {
  test('kill -9 loses no row but those of the last moment', async () => {
    const first = await launch();
    const traffic = startTraffic(first);
    await traffic.lasted(TRAFFIC_MS);
    const killedAt = performance.now();
    await first.kill();
    const answers = await traffic.stop();
    expect(answers.length).toBeGreaterThan(10);
    const rows = await rowIds(await launch(), 'default');
    expect(lost(answers, rows).filter(({ at }) => at < killedAt - LOST_MS)).toEqual([]);
  });
}

interface Outage {
  readonly launch: Launch;
  readonly postgres: TestService;
  /** What lies in the directory for rows that wait. */
  readonly spool: () => Promise<readonly string[]>;
}

function testOutage({ launch, postgres, spool }: Outage): void {
  describe('without PostgreSQL', () => {
    const env = {
      SLUICE_DATABASE_URL: postgres.url,
      SLUICE_MASTER_KEY: 'master-key-for-tests-that-all-processes-share',
    };
    afterAll(() => postgres.stop());

    test('rows wait on disk, and are all written once when it is back', async () => {
      const gateway = await launch(env);
      const traffic = startTraffic(gateway);
      await traffic.lasted(TRAFFIC_MS / 4);
      await postgres.kill();
      await traffic.lasted(TRAFFIC_MS);
      const answers = await traffic.stop();
      await eventually(async () => expect(await spool()).toHaveLength(1));
      await postgres.restart();
      await expectAll(gateway, answers);
      await eventually(async () => expect(await spool()).toEqual([]));
    });

    test('kill -9 loses no row but those of the last moment: the next start writes what waited', async () => {
      const first = await launch(env);
      const traffic = startTraffic(first);
      await traffic.lasted(TRAFFIC_MS / 4);
      await postgres.kill();
      await traffic.lasted(TRAFFIC_MS);
      const killedAt = performance.now();
      await first.kill();
      const answers = await traffic.stop();
      await postgres.restart();
      const certain = answers.filter(({ at }) => at < killedAt - LOST_MS);
      expect(certain.length).toBeGreaterThan(10);
      await expectAll(await launch(env), certain);
    });

    test('SIGTERM leaves what waits to the next start, and ends with 0', async () => {
      const first = await launch(env);
      const traffic = startTraffic(first);
      await traffic.lasted(TRAFFIC_MS / 4);
      await postgres.kill();
      await traffic.lasted(TRAFFIC_MS / 2);
      const answers = await traffic.stop();
      first.terminate();
      expect(await first.exited, first.logs()).toBe(0);
      await postgres.restart();
      await expectAll(await launch(env), answers);
    });
  });
}

/** An answer, and when it had arrived whole. */
interface Answered {
  readonly id: string;
  readonly at: number;
}

/** Calls without a pause, a few at a time. */
function startTraffic(gateway: LaunchedGateway) {
  const answers: Answered[] = [];
  let isOver = false;
  const send = async (): Promise<void> => {
    while (!isOver) {
      const answer = await chat(gateway, 'default').catch(() => undefined);
      // The process is gone.
      if (answer === undefined) return;
      expect(answer.status, answer.text()).toBe(200);
      answers.push({ id: String(answer.headers['cf-aig-log-id']), at: performance.now() });
    }
  };
  const senders = [send(), send()];
  return {
    /** Resolves with the first answer after so many milliseconds. */
    async lasted(ms: number): Promise<void> {
      const until = performance.now() + ms;
      await eventually(async () => expect(answers.at(-1)?.at).toBeGreaterThan(until));
    },
    async stop(): Promise<readonly Answered[]> {
      isOver = true;
      await Promise.all(senders);
      return answers;
    },
  };
}

function lost(answers: readonly Answered[], rows: readonly string[]): Answered[] {
  const present = new Set(rows);
  return answers.filter(({ id }) => !present.has(id));
}

/** None is missing, and none is there twice. */
async function expectAll(gateway: LaunchedGateway, answers: readonly Answered[]): Promise<void> {
  await eventually(async () => expect(lost(answers, await rowIds(gateway, 'default'))).toEqual([]));
  const rows = await rowIds(gateway, 'default');
  expect(new Set(rows).size).toBe(rows.length);
}
