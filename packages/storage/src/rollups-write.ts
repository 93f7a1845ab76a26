import type { RollupSink } from '@sluice/core';
import type { SqlDatabase } from './database.ts';
import { MAIN, METADATA, toRow, upsertInto } from './rollups-tables.ts';

/** Writes minutes in one transaction. Nothing is read, so a row costs the same however many there are. */
export function createRollupWriter(database: SqlDatabase): RollupSink {
  return {
    async write(rollups, metadata) {
      if (rollups.length + metadata.length === 0) return;
      await database.write([
        { sql: UPSERT_MAIN, rows: rollups.map((row) => toRow(MAIN, row, 'minute')) },
        { sql: UPSERT_METADATA, rows: metadata.map((row) => toRow(METADATA, row, 'minute')) },
      ]);
    },
  };
}

const UPSERT_MAIN = upsertInto(MAIN);
const UPSERT_METADATA = upsertInto(METADATA);
