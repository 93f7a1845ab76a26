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

/** Whose rows are to go, and how many of them. */
export interface DayRequest {
  readonly account: string;
  readonly gateway: string;
  readonly most: number;
  readonly now: number;
}

/**
 * Drops the oldest day's partitions where all their rows belong to one log and are among the `most` oldest of it: no row
 * has to be deleted. Answers how many rows went; 0 where that is not so, or somebody is reading the log for too long.
 */
export async function dropOldestDay(
  database: SqlDatabase,
  { account, gateway, most, now }: DayRequest,
): Promise<number> {
  const [name] = await daysBefore(database, now);
  if (name === undefined) return 0;
  const owners = ['ASC', 'DESC'].map((order) =>
    database.query(`SELECT account, gateway FROM logs_${name} ORDER BY account ${order}, gateway ${order} LIMIT 1`, []),
  );
  const isOwn = (await Promise.all(owners)).every(([row]) => row?.[0] === account && row[1] === gateway);
  if (!isOwn) return 0;
  const [day] = await database.query(`SELECT count(*), max(created_at) FROM logs_${name}`, []);
  const [rows, youngest] = [Number(day?.[0]), Number(day?.[1])];
  const [until] = await database.query(ROWS_UNTIL, [account, gateway, youngest, most + 1]);
  // Rows without a time in their id lie elsewhere and may be older.
  if (Number(until?.[0]) > most) return 0;
  return (await drop(database, name, [account, gateway])) ? rows : 0;
}

/** Drops the partitions of days of which nothing is left. */
export async function dropEmptyDays(database: SqlDatabase, now: number): Promise<void> {
  for (const name of await daysBefore(database, now)) {
    const [row] = await database.query(`SELECT 1 FROM logs_${name} LIMIT 1`, []);
    if (row !== undefined) return;
    await drop(database, name, undefined);
  }
}

const ROWS_UNTIL =
  'SELECT count(*) FROM (SELECT 1 FROM logs WHERE account = ? AND gateway = ? AND created_at <= ? LIMIT ?) AS found';

const DAYS =
  "SELECT substr(relname, 6) FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = 'logs'::regclass " +
  "AND relname ~ '^logs_[0-9]{4}_[0-9]{2}_[0-9]{2}$' ORDER BY 1";

/** The days that have partitions, oldest first. Today and yesterday are still being written. */
async function daysBefore(database: SqlDatabase, now: number): Promise<string[]> {
  const yesterday = nameOf(Math.floor(now / DAY_MS) - 1);
  const names = (await database.query(DAYS, [])).map(([name]) => String(name));
  return names.filter((name) => name < yesterday);
}

/** With `log`, counts its rows down. A lock that is not to be had at once would hold up everybody behind it. */
async function drop(database: SqlDatabase, day: string, log: readonly [string, string] | undefined): Promise<boolean> {
  const countDown =
    `UPDATE log_counts SET row_count = row_count - (SELECT count(*) FROM logs_${day} ` +
    'WHERE created_at < log_counts.counted_until) WHERE account = ? AND gateway = ?';
  try {
    await database.write([
      { sql: "SET LOCAL lock_timeout = '200ms'", rows: [[]] },
      { sql: `LOCK TABLE logs, log_bodies, logs_${day}, log_bodies_${day} IN ACCESS EXCLUSIVE MODE`, rows: [[]] },
      ...(log === undefined ? [] : [{ sql: countDown, rows: [log] }]),
      { sql: `DROP TABLE logs_${day}, log_bodies_${day}`, rows: [[]] },
    ]);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && CAN_WAIT.has(error.code)) return false;
    throw error;
  }
}

/** The lock is taken (55P03, 40P01), this user may drop no tables (42501), or another process was first (42P01). */
const CAN_WAIT: ReadonlySet<unknown> = new Set(['55P03', '40P01', '42501', '42P01']);

const DAY_MS = 86_400_000;
const UUID_V7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7/;

/** Undefined for an id without a time, which the default partition takes. */
function dayOf(id: string): number | undefined {
  const [, high, low] = UUID_V7.exec(id) ?? [];
  return high === undefined ? undefined : Math.floor(Number.parseInt(`${high}${low}`, 16) / DAY_MS);
}

async function create(database: SqlDatabase, day: number): Promise<void> {
  const name = nameOf(day);
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

function nameOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '_');
}

/** What every id of that day is greater than, and no id of the day before. */
function startOf(day: number): string {
  const hex = (day * DAY_MS).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}
