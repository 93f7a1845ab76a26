import { onTestFinished } from 'vitest';
import type { LaunchedGateway } from '../launch.ts';
import { CHAT_ANSWER } from '../runtime/samples.ts';
import type { TestService } from '../services/index.ts';
import type { UpstreamScript } from '../upstream/script.ts';
import type { Upstream } from '../upstream/start-upstream.ts';

/** What these tests play with: two processes, the servers they share, and one upstream that plays the vendor. */
export interface Premises {
  readonly upstream: Upstream;
  readonly postgres: TestService;
  readonly redis: TestService;
  /** They started at the same moment on an empty database, and have no directory for data. */
  readonly both: readonly [LaunchedGateway, LaunchedGateway];
  /** Starts one more on the same servers. */
  start(env?: Readonly<Record<string, string>>, dataDir?: string): Promise<LaunchedGateway>;
}

/** A directory that nobody can make, as on a platform without a disk. */
export const WRITES_TO_NO_DISK = '/dev/null/sluice';

/** What the vendor answers unless told otherwise. */
export const JSON_ANSWER: UpstreamScript = { headers: { 'content-type': 'application/json' }, body: CHAT_ANSWER };

/** Starts one more process, which ends with its test. */
export async function startForTest(
  { start }: Premises,
  env?: Readonly<Record<string, string>>,
): Promise<LaunchedGateway> {
  const started = await start(env);
  onTestFinished(() => started.stop());
  return started;
}
