import type { LogBodies, LogRecord } from '@sluice/core';
import { createManagement, type ManagementOptions } from '@sluice/management';
import { createStorage, type Storage } from '@sluice/storage';
import { openNodeSqlite } from '@sluice/storage/node-sqlite';
import type { Hono } from 'hono';
import { assertDescribed } from './assert-described.ts';

/** The management API over a database of its own, with one account and one token. */
export interface World {
  readonly app: Hono;
  readonly storage: Storage;
  readonly token: string;
  /** Calls the API as the token's holder; the path is relative to the account's `ai-gateway`. */
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  log(change?: Partial<LogRecord>, bodies?: LogBodies | null): Promise<LogRecord>;
}

export interface WorldOptions extends Omit<ManagementOptions, 'storage'> {
  readonly masterKey?: string | undefined;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export interface Answer {
  readonly status: number;
  readonly body: Envelope;
}

export interface Envelope {
  readonly success: boolean;
  readonly errors: readonly Notice[];
  readonly messages: readonly Notice[];
  readonly result: unknown;
  readonly result_info?: unknown;
}

interface Notice {
  readonly code: number;
  readonly message: string;
  readonly path?: readonly string[];
}

/** Opens one; `masterKey: undefined` leaves it without. Every answer of it is held against its description. */
export async function openWorld(change: WorldOptions = {}): Promise<World> {
  const { masterKey, now = Date.now, ...options } = { masterKey: 'master-key-for-tests', ...change };
  const storage = createStorage(await openNodeSqlite(':memory:'), { masterKey, now });
  await storage.migrate();
  await storage.accounts.ensure('acme');
  const { token } = await storage.tokens.create({ account: 'acme', name: 'test' });
  const app = createManagement({ storage, ...options });
  const { fetch } = app;
  app.fetch = async (request, ...rest) => {
    const response = await fetch(request, ...rest);
    await assertDescribed(app.routes, request, response);
    return response;
  };
  return {
    app,
    storage,
    token,
    call: async (method, path, body) => {
      const response = await app.request(`/client/v4/accounts/acme/ai-gateway${path}`, request(method, token, body));
      return { status: response.status, body: (await response.json()) as Envelope };
    },
    log: async (change = {}, bodies = null) => {
      const record = { ...EXAMPLE_RECORD, ...change };
      await storage.logs.insert([{ record, bodies }]);
      return record;
    },
  };
}

/** The entries of a list. */
export function rowsOf({ result }: Envelope): readonly Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(result)) throw new Error('The result is no list.');
  return result;
}

/** The ids of a list. */
export function idsOf(envelope: Envelope): unknown[] {
  return rowsOf(envelope).map(({ id }) => id);
}

/** The six fields that a new gateway needs. */
export function gatewayBody(id: string, change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id,
    cache_invalidate_on_update: false,
    cache_ttl: 0,
    collect_logs: true,
    rate_limiting_interval: 0,
    rate_limiting_limit: 0,
    ...change,
  };
}

function request(method: string, token: string, body: unknown): RequestInit {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
}

const EXAMPLE_RECORD: LogRecord = {
  id: '0199aa00-0000-7000-8000-000000000001',
  account: 'acme',
  gateway: 'prod',
  createdAt: Date.UTC(2026, 9, 1, 8),
  eventId: 'event-1',
  step: 0,
  provider: 'openai',
  model: 'gpt-test',
  modelType: 'chat',
  method: 'POST',
  path: 'v1/chat/completions',
  requestType: 'native',
  requestContentType: 'application/json',
  responseContentType: 'application/json',
  statusCode: 200,
  success: true,
  cached: false,
  streamed: false,
  abandoned: false,
  partial: false,
  errorCode: null,
  errorMessage: null,
  finishReason: 'stop',
  durationMs: 900,
  latencyMs: 300,
  timeToFirstChunkMs: null,
  tokensIn: 12,
  tokensOut: 30,
  cacheReadTokens: 4,
  cacheWriteTokens: null,
  reasoningTokens: 7,
  inputAudioTokens: null,
  outputAudioTokens: null,
  costNanos: 12_345,
  customCost: false,
  metadata: { team: 'search', seats: 3 },
  userAgent: 'test/1',
  authenticated: true,
  requestSize: 20,
  responseSize: 40,
  feedback: null,
  score: null,
  attempts: [
    {
      provider: 'openai',
      model: null,
      step: 0,
      credential: null,
      startedAt: Date.UTC(2026, 9, 1, 8),
      durationMs: 300,
      status: 200,
      error: null,
    },
  ],
};
