import type { RollupSink } from '@sluice/core';
import type { SqlDatabase } from './database.ts';
import { compactRollups } from './rollups-compact.ts';
import { type RollupGroup, type RollupQuery, readRollups } from './rollups-read.ts';
import { createRollupWriter } from './rollups-write.ts';

/** What calls add up to: by the minute for six hours, by the hour for seven days, by the day for good. */
export interface RollupRepository extends RollupSink {
  /** Adds up what matches, in one group for each step of time and each set of values that is asked for; oldest first. */
  read(query: RollupQuery): Promise<readonly RollupGroup[]>;
  /**
   * Adds up a slice of minutes that are old enough to an hour, or of hours to a day, and tells whether there may be more to
   * do. Several processes may do so at once.
   */
  compact(): Promise<boolean>;
}

/** Roll-ups over a database, past drizzle's query builder: they are written every second and read by the thousand. */
export function createRollups(database: SqlDatabase, now: () => number): RollupRepository {
  return {
    ...createRollupWriter(database),
    read: (query) => readRollups(database, query, now()),
    compact: () => compactRollups(database, now()),
  };
}
