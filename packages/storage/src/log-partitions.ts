import type { SqlDatabase } from './database.ts';

/**
 * Makes sure that the days of these rows have partitions of their own on PostgreSQL. Ids are UUIDv7, which begin with the
 * time, so the days are ranges of ids: a row is looked for in one partition, and its id stays unique among all.
 */
export function createLogPartitions(database: SqlDatabase): (ids: readonly string[]) => Promise<void> {
  const known = new Set<number>();
  return async (ids) => {
    for (const day of new Set(ids.map(dayOf))) {
      if (day === undefined || known.has(day)) continue;
      await create(database, day);
      known.add(day);
    }
  };
}

const DAY_MS = 86_400_000;
const UUID_V7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7/;

/** Undefined for an id without a time, which the default partition takes. */
function dayOf(id: string): number | undefined {
  const [, high, low] = UUID_V7.exec(id) ?? [];
  return high === undefined ? undefined : Math.floor(Number.parseInt(`${high}${low}`, 16) / DAY_MS);
}

async function create(database: SqlDatabase, day: number): Promise<void> {
  const name = new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '_');
  const range = `FROM ('${startOf(day)}') TO ('${startOf(day + 1)}')`;
  const statements = [
    // IF NOT EXISTS alone lets two processes create it at once, and one of them fails.
    "SELECT pg_advisory_xact_lock(hashtext('sluice_log_partitions'))",
    ...['logs', 'log_bodies'].map(
      (table) => `CREATE TABLE IF NOT EXISTS ${table}_${name} PARTITION OF ${table} FOR VALUES ${range}`,
    ),
  ];
  try {
    await database.write(statements.map((sql) => ({ sql, rows: [[]] })));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && LEFT_TO_THE_DEFAULT.has(error.code))) throw error;
  }
}

/** Rows of that day are in the default partition already (23514), or this user may make no tables (42501). */
const LEFT_TO_THE_DEFAULT: ReadonlySet<unknown> = new Set(['23514', '42501']);

/** What every id of that day is greater than, and no id of the day before. */
function startOf(day: number): string {
  const hex = (day * DAY_MS).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}
