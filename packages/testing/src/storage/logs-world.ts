import type { LogBodies, LogRecord } from '@sluice/core';
import type { LogFilter, LogQuery } from '@sluice/storage';
import type { World } from './world.ts';

/** One account's log in a gateway named `gateway`, whose rows are known by short names. */
export interface TestLog {
  readonly account: string;
  /** Writes rows, the first named the oldest: a millisecond lies between two. */
  write(rows: Readonly<Record<string, Partial<LogRecord>>>, bodies?: LogBodies): Promise<void>;
  /** The names of the rows on a page, and what else the page says. */
  page(query?: Partial<LogQuery>): Promise<{ readonly names: string[]; readonly total: number }>;
  /** The names of all rows that fulfil a filter, oldest first. */
  matching(key: string, operator: LogFilter['operator'], ...value: LogFilter['value'][number][]): Promise<string[]>;
  /** The id of a row. */
  id(name: string): string;
}

/** A log of its own for one test. */
export async function openLog(world: World): Promise<TestLog> {
  const account = await world.account();
  const id = (name: string): string => `${account}-${name}`;
  const page: TestLog['page'] = async (query = {}) => {
    const { items, ...rest } = await world.elsewhere.logs.list(account, 'gateway', { page: 1, perPage: 50, ...query });
    return { ...rest, names: items.map((row) => row.id.slice(account.length + 1)) };
  };
  return {
    account,
    id,
    page,
    async write(rows, bodies) {
      const entries = Object.entries(rows).map(([name, change], number) => ({
        record: { ...plainRecord(account, id(name)), createdAt: START + number, ...change },
        bodies: bodies ?? null,
      }));
      await world.here.logs.insert(entries);
    },
    async matching(key, operator, ...value) {
      const { names, total } = await page({ filters: [{ key, operator, value }], direction: 'asc' });
      if (total !== names.length) throw new Error(`${total} rows were counted, ${names.length} found.`);
      return names;
    },
  };
}

/** When the first row of a test's log was written. */
export const START = 1_700_000_000_000;

/** A call that went well, and of which nothing special is known. */
function plainRecord(account: string, id: string): LogRecord {
  return {
    id,
    account,
    gateway: 'gateway',
    createdAt: START,
    eventId: 'event',
    step: 0,
    provider: 'openai',
    model: 'gpt-test',
    modelType: 'chat',
    method: 'POST',
    path: 'v1/chat/completions',
    requestType: 'openai-chat',
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
    finishReason: null,
    durationMs: 100,
    latencyMs: 50,
    timeToFirstChunkMs: null,
    tokensIn: null,
    tokensOut: null,
    cacheReadTokens: null,
    cacheWriteTokens: null,
    reasoningTokens: null,
    inputAudioTokens: null,
    outputAudioTokens: null,
    costNanos: null,
    customCost: false,
    metadata: null,
    userAgent: null,
    authenticated: false,
    requestSize: 0,
    responseSize: 0,
    attempts: [],
    feedback: null,
    score: null,
  };
}
