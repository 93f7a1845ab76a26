import type { LogRecord, LogSink } from '@sluice/core';
import { and, asc, count, desc, eq } from 'drizzle-orm';
import type { SqlDatabase } from './database.ts';
import type { Drizzle } from './drizzle.ts';
import { createLogBodies, type LogBodyReader } from './log-bodies.ts';
import { createLogWriter } from './log-writer.ts';
import type { Page, PageRequest } from './page.ts';
import { logs } from './schema/sqlite.ts';

/** The log of all gateways. */
export interface LogRepository extends LogSink, LogBodyReader {
  /** Newest first unless told otherwise. */
  list(account: string, gateway: string, query: LogQuery): Promise<Page<LogRecord>>;
  get(account: string, gateway: string, id: string): Promise<LogRecord | undefined>;
}

export interface LogQuery extends PageRequest {
  readonly direction?: 'asc' | 'desc' | undefined;
}

/** The log over drizzle; writes go past its query builder. */
export function createLogs(database: SqlDatabase, db: Drizzle): LogRepository {
  return {
    ...createLogWriter(database),
    ...createLogBodies(database, db),
    list: (account, gateway, query) => list(db, account, gateway, query),
    async get(account, gateway, id) {
      const rows = await db
        .select()
        .from(logs)
        .where(and(eq(logs.id, id), isOf(account, gateway)))
        .limit(1);
      return rows[0];
    },
  };
}

async function list(db: Drizzle, account: string, gateway: string, query: LogQuery): Promise<Page<LogRecord>> {
  const matches = isOf(account, gateway);
  const order = query.direction === 'asc' ? asc : desc;
  const [counted] = await db.select({ total: count() }).from(logs).where(matches);
  const items = await db
    .select()
    .from(logs)
    .where(matches)
    .orderBy(order(logs.createdAt), order(logs.id))
    .limit(query.perPage)
    .offset((query.page - 1) * query.perPage);
  return { items, total: counted?.total ?? 0 };
}

function isOf(account: string, gateway: string) {
  return and(eq(logs.account, account), eq(logs.gateway, gateway));
}
