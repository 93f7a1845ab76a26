import type { MetadataRollup, Rollup, RollupSums } from '@sluice/core';
import { getTableColumns } from 'drizzle-orm';
import type { SqlValue } from './database.ts';
import { metadataRollups, rollups } from './schema/sqlite.ts';

/** One of the two tables, as far as writing, reading and compacting need to know it. */
export interface RollupTable {
  readonly name: string;
  /** The columns in order, by the names that rows have in the program. */
  readonly columns: readonly RollupColumn[];
  /** A value as the driver gave it; D1 has forms of its own for bytes. */
  readonly bytesOf: (value: SqlValue | undefined) => Uint8Array;
}

export interface RollupColumn {
  readonly key: string;
  readonly name: string;
  /** `key`: what tells rows apart; `sum`: what is added up; `sketch`: what is merged. */
  readonly kind: 'key' | 'sum' | 'sketch';
}

/** What is added up in both tables. */
export const SUMS: readonly (keyof RollupSums)[] = [
  'requests',
  'failures',
  'tokensIn',
  'tokensOut',
  'cacheReadTokens',
  'cacheWriteTokens',
  'reasoningTokens',
  'costNanos',
  'savedNanos',
];

/** By gateway, provider, model, status, error and cache. */
export const MAIN: RollupTable = table('rollups', rollups);
/** By pairs of metadata. */
export const METADATA: RollupTable = table('metadata_rollups', metadataRollups);

/** A row in the order of the columns. */
export function toRow(table: RollupTable, row: Rollup | MetadataRollup, period: string): SqlValue[] {
  const values: Readonly<Record<string, unknown>> = { ...row, period };
  return table.columns.map(({ key }) => {
    const value = values[key];
    return typeof value === 'boolean' ? Number(value) : (value as SqlValue);
  });
}

/** Writes a row (or those of a SELECT), or puts it in the place of one of the same name that counted less: batches may overtake each other. */
export function upsertInto({ name, columns }: RollupTable, rows?: string): string {
  const names = columns.map((column) => column.name);
  const keys = columns.filter(({ kind }) => kind === 'key').map((column) => column.name);
  const values = columns.filter(({ kind }) => kind !== 'key').map((column) => column.name);
  return (
    `INSERT INTO ${name} (${names.join(', ')}) ${rows ?? `VALUES (${names.map(() => '?').join(', ')})`} ` +
    `ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${values.map((value) => `${value} = excluded.${value}`).join(', ')} ` +
    `WHERE excluded.requests >= ${name}.requests`
  );
}

function table(name: string, definition: typeof rollups | typeof metadataRollups): RollupTable {
  const all = Object.entries(getTableColumns(definition));
  const { mapFromDriverValue } = definition.durations;
  return {
    name,
    columns: all.map(([key, column]) => ({ key, name: column.name, kind: kindOf(key) })),
    bytesOf: (value) => mapFromDriverValue.call(definition.durations, value as Uint8Array) as Uint8Array,
  };
}

function kindOf(key: string): RollupColumn['kind'] {
  if (key === 'durations' || key === 'firstChunks') return 'sketch';
  return key === 'cachedRequests' || SUMS.some((sum) => sum === key) ? 'sum' : 'key';
}
