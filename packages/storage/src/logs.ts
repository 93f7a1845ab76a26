import type { LogRecord, LogSink, MaybePromise, Metadata } from '@sluice/core';
import { and, eq, sql } from 'drizzle-orm';
import type { SqlDatabase } from './database.ts';
import type { Drizzle } from './drizzle.ts';
import { createLogBodies, type LogBodyReader } from './log-bodies.ts';
import { createLogCounts } from './log-counts.ts';
import { createLogGate, type LogPolicy } from './log-gate.ts';
import { createLogKeeper, type LogKeeper } from './log-keeper.ts';
import { type LogPage, type LogQuery, listLogs } from './log-list.ts';
import { metadataText } from './log-metadata.ts';
import { type LogRemoval, type Removed, removeLogs } from './log-removal.ts';
import { createLogWriter } from './log-writer.ts';
import { logs } from './schema/sqlite.ts';

/** The log of all gateways. */
export interface LogRepository extends LogSink, LogBodyReader, LogKeeper {
  /** Newest first unless told otherwise. Rejects with `too_many_rows` when it would take too long. */
  list(account: string, gateway: string, query: LogQuery): Promise<LogPage>;
  get(account: string, gateway: string, id: string): Promise<LogRecord | undefined>;
  /** How many rows a gateway has. */
  count(account: string, gateway: string): Promise<number>;
  /** Writes down what people say of a row later. False when there is no such row. */
  edit(account: string, gateway: string, id: string, change: LogChange): Promise<boolean>;
  /** Deletes what is selected with its bodies; everything when nothing is said. */
  remove(account: string, gateway: string, removal: LogRemoval): Promise<Removed>;
  /** How many rows this process did not write because their log is full and stops inserting. */
  refused(): number;
}

/** What is left out stays; null takes it away. */
export interface LogChange {
  readonly feedback?: number | null | undefined;
  readonly score?: number | null | undefined;
  readonly metadata?: Metadata | null | undefined;
}

export interface LogsParts {
  readonly database: SqlDatabase;
  readonly db: Drizzle;
  /** From memory: every batch of rows asks. */
  policyOf(account: string, gateway: string): MaybePromise<LogPolicy | undefined>;
  now(): number;
}

/** The log over drizzle; writes go past its query builder. */
export function createLogs({ database, db, policyOf, now }: LogsParts): LogRepository {
  const counts = createLogCounts(database, now);
  const gate = createLogGate({ counts, policyOf, now });
  return {
    ...createLogWriter(database, gate, now),
    ...createLogBodies(database, db),
    ...createLogKeeper({ database, db, counts, now }),
    list: (account, gateway, query) => listLogs({ database, db, counts }, account, gateway, query),
    async get(account, gateway, id) {
      const rows = await db
        .select()
        .from(logs)
        .where(isRow(account, gateway, id))
        .limit(1);
      return rows[0];
    },
    count: counts.total,
    edit: (account, gateway, id, change) => edit(db, account, gateway, id, change),
    remove: (account, gateway, removal) => removeLogs({ database, db }, account, gateway, removal),
    refused: () => gate.refused,
  };
}

async function edit(db: Drizzle, account: string, gateway: string, id: string, change: LogChange): Promise<boolean> {
  const { feedback, score, metadata } = change;
  const edited = await db
    .update(logs)
    .set({
      // Something has to be set for the row to be found.
      account,
      feedback,
      score,
      metadata: metadata == null ? metadata : sql`${metadataText(metadata)}`,
    })
    .where(isRow(account, gateway, id))
    .returning({ id: logs.id });
  return edited.length > 0;
}

function isRow(account: string, gateway: string, id: string) {
  return and(eq(logs.id, id), eq(logs.account, account), eq(logs.gateway, gateway));
}
