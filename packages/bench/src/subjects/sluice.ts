import { join } from 'node:path';
import { bunProgram, packageFolder, packageVersion } from '../tools.ts';
import { CLIENT_HEADERS, type Launch, type Place, type Subject, type Target } from './subject.ts';

const ADMIN_TOKEN = 'sk-test-admin-token-of-the-benchmark';

/** Sluice as `npm start` runs it: every call leaves a priced row with its bodies in SQLite. */
export function sluice(runtime: Runtime): Subject {
  return subject(runtime, { name: 'Sluice', callMicros: BUDGETS[runtime].call, gateway: OPEN });
}

/** The same with every policy at work: a token, a rate limit, and a cache that is asked and written to in vain. */
export function sluiceWithEverythingOn(runtime: Runtime): Subject {
  const gateway = { settings: EVERYTHING, target: { isVaried: true } };
  return subject(runtime, { name: 'Sluice, everything on,', callMicros: BUDGETS[runtime].call, gateway });
}

/** The same where the cache has every answer, streams too; an event is then one that is played back. */
export function sluiceFromCache(runtime: Runtime): Subject {
  const gateway = { settings: EVERYTHING, target: {} };
  return subject(runtime, {
    name: 'Sluice, answers cached,',
    callMicros: BUDGETS[runtime].hit,
    gateway,
    isReplay: true,
  });
}

export type Runtime = 'Node' | 'Bun';

const BUDGETS: Readonly<Record<Runtime, { readonly call: number; readonly hit: number; readonly event: number }>> = {
  Node: { call: 260, hit: 130, event: 0.25 },
  Bun: { call: 130, hit: 70, event: 0.2 },
};

/** A gateway of the subject: what is set on it, and how it is called. */
interface GatewayInUse {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly target: Pick<Target, 'isVaried'>;
}

const OPEN: GatewayInUse = { settings: {}, target: {} };

const EVERYTHING: Readonly<Record<string, unknown>> = {
  authentication: true,
  cache_ttl: 3600,
  rate_limiting_limit: 1_000_000_000,
  rate_limiting_interval: 60,
  rate_limiting_technique: 'sliding',
  retry_max_attempts: 3,
  retry_delay: 100,
};

interface SubjectOptions {
  readonly name: string;
  readonly callMicros: number;
  readonly gateway: GatewayInUse;
  /** Nothing comes from upstream, so there is no untouched stream to compare with. */
  readonly isReplay?: boolean;
}

function subject(runtime: Runtime, { name, callMicros, gateway, isReplay = false }: SubjectOptions): Subject {
  const app = `@sluice/app-${runtime.toLowerCase()}`;
  const program = runtime === 'Bun' ? bunProgram() : process.execPath;
  return {
    name: `${name} on ${runtime}`,
    version: packageVersion(app),
    ...(!isReplay && { untouched: `Untouched on ${runtime}` }),
    budget: { callMicros, eventOverhead: BUDGETS[runtime].event },
    missing: () => undefined,
    launch: (place) => launch(place, [program, join(packageFolder(app), 'src/main.ts')], gateway),
  };
}

function launch(
  { port, upstream, directory }: Place,
  command: readonly [string, ...string[]],
  { settings, target }: GatewayInUse,
): Launch {
  const origin = `http://127.0.0.1:${port}`;
  return {
    command,
    env: {
      HOST: '127.0.0.1',
      PORT: String(port),
      SLUICE_DATA_DIR: directory,
      SLUICE_ADMIN_TOKEN: ADMIN_TOKEN,
      SLUICE_PROVIDER_OPENAI_BASE_URL: upstream,
    },
    readyUrl: `${origin}/health`,
    prepare: () => createGateway(origin, settings),
    target: {
      url: `${origin}/v1/default/${GATEWAY}/openai/chat/completions`,
      headers: { ...CLIENT_HEADERS, ...(settings.authentication === true && TOKEN) },
      ...target,
    },
    stored: () => countRows(origin),
  };
}

const GATEWAY = 'bench';
const TOKEN = { 'cf-aig-authorization': `Bearer ${ADMIN_TOKEN}` };

async function createGateway(origin: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  const body = JSON.stringify({
    id: GATEWAY,
    cache_invalidate_on_update: false,
    cache_ttl: 0,
    collect_logs: true,
    rate_limiting_interval: 0,
    rate_limiting_limit: 0,
    ...settings,
  });
  const response = await fetch(`${origin}/client/v4/accounts/default/ai-gateway/gateways`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    body,
  });
  if (!response.ok) throw new Error(`The gateway could not be created: ${await response.text()}`);
}

async function countRows(origin: string): Promise<number> {
  const response = await fetch(`${origin}/client/v4/accounts/default/ai-gateway/gateways/${GATEWAY}/logs?per_page=1`, {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  const answer = (await response.json()) as { result_info?: { total_count?: number } };
  return answer.result_info?.total_count ?? 0;
}
