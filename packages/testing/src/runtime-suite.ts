import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import type { LaunchedGateway, LaunchOptions } from './launch.ts';
import { testBedrock } from './runtime/bedrock.ts';
import { testCache } from './runtime/cache.ts';
import { testChecklist } from './runtime/checklist.ts';
import { testEncodings } from './runtime/encodings.ts';
import { testErrors } from './runtime/errors.ts';
import { testFallbacks } from './runtime/fallbacks.ts';
import { testLeaving } from './runtime/leaving.ts';
import { testLifecycle } from './runtime/lifecycle.ts';
import { testLog } from './runtime/log.ts';
import { testProxy } from './runtime/proxy.ts';
import { testRateLimit } from './runtime/rate-limit.ts';
import { testRetries } from './runtime/retries.ts';
import { type Scene, sceneEnv } from './runtime/scene.ts';
import { testSecrets } from './runtime/secrets.ts';
import { testStoredKeys } from './runtime/stored-keys.ts';
import { testStreams } from './runtime/streams.ts';
import { startUpstream, type Upstream } from './upstream/start-upstream.ts';
import { unusedPort } from './upstream/unused-port.ts';

/** A runtime to hold against what a gateway promises. */
export interface RuntimeSubject {
  /** For the titles of tests. */
  readonly name: string;
  /** Starts the gateway as a process of its own; it keeps everything in `dataDir`, where that is given. */
  readonly start: (options: LaunchOptions) => Promise<LaunchedGateway>;
  /**
   * Somebody else's edge stands in front (Cloudflare's): it keeps connection headers and compression to itself, may be
   * slow to tell that a client left, and gives no notice of a stop.
   */
  readonly behindEdge?: boolean;
}

/** The conformance suite: everything a client can notice of a runtime, seen over HTTP alone. */
export function testRuntime({ name, start, behindEdge = false }: RuntimeSubject): void {
  describe(`Sluice on ${name}`, () => {
    let upstream: Upstream;
    let gateway: LaunchedGateway;
    beforeAll(async () => {
      upstream = await startUpstream();
      gateway = await start({ env: sceneEnv(upstream, await unusedPort()) });
    });
    beforeEach(() => {
      upstream.forget();
      upstream.respond({ headers: { 'content-type': 'application/json' }, body: '{}' });
    });
    afterAll(async () => {
      await gateway?.stop();
      await upstream?.close();
    });
    const scene = (): Scene => ({
      upstream,
      gateway,
      behindEdge,
      url: (path) => `${gateway.url}/v1/default/default/${path}`,
    });
    testProxy(scene, behindEdge);
    testEncodings(scene);
    testStreams(scene);
    testBedrock(scene);
    testLeaving(scene, behindEdge);
    testErrors(scene);
    testSecrets(scene);
    testLog(scene);
    testRetries(scene);
    testFallbacks(scene);
    testCache(scene);
    testRateLimit(scene);
    testStoredKeys(scene);
    testChecklist(scene);
    testLifecycle({ upstream: () => upstream, start, behindEdge });
  });
}
