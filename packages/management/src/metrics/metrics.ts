import { Hono } from 'hono';
import { callerOfToken } from '../caller.ts';
import type { TokenVerifier } from '../management.ts';
import { answerFailure, Refusal } from '../refusal.ts';
import { callFamilies } from './call-families.ts';
import { toText } from './families.ts';
import { processFamilies } from './process-families.ts';
import type { MetricsSources } from './sources.ts';

export interface MetricsOptions {
  readonly sources: MetricsSources;
  readonly verifyToken: TokenVerifier;
  /** Whoever can reach the server may read them, of all accounts. Otherwise a management token shows its account's calls. */
  readonly open?: boolean | undefined;
  /** Hears of failures that clients only see as an internal error; the console unless given. */
  readonly report?: (error: unknown) => void;
}

/** `GET /metrics` for Prometheus: what this process has counted since its start. Mount it at the root of any Hono app. */
export function createMetrics({ sources, verifyToken, open = false, report = console.error }: MetricsOptions): Hono {
  const app = new Hono();
  app.onError((error, c) => answerFailure(c, error, report));
  app.get('/metrics', async (c) => {
    const account = open ? undefined : await accountOf(verifyToken, c.req.header('authorization'));
    const calls = sources.calls().filter((call) => account === undefined || call.account === account);
    const families = [...callFamilies(calls, sources.durationBoundsMs), ...processFamilies(sources)];
    return c.body(toText(families), 200, { 'content-type': CONTENT_TYPE, 'cache-control': 'no-store' });
  });
  return app;
}

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

async function accountOf(verifyToken: TokenVerifier, header: string | undefined): Promise<string> {
  const token = /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1];
  if (token === undefined) {
    throw new Refusal(
      401,
      10000,
      'Authentication error: send a management token as "Authorization: Bearer <token>", or let everybody read metrics with the setting metrics.open.',
    );
  }
  const { account } = await callerOfToken(verifyToken, token);
  return account;
}
