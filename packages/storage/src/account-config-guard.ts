import type { AccountState } from './account-config.ts';
import type { SqlDatabase, SqlWrite } from './database.ts';

/** How many rows of each table there are, and the sum of their moments: both change with what was changed. */
export function marksOf({ gateways, credentials, datasets, customProviders }: AccountState): readonly number[] {
  return [credentials, datasets, gateways, customProviders].flatMap((rows) => [
    rows.length,
    rows.reduce((sum, { modifiedAt }) => sum + (modifiedAt % SHORTENED), 0),
  ]);
}

/**
 * Statements to go first in a transaction: they fail, and everything after them with it, unless the account has these
 * marks. D1 knows no transaction in which a program could look before it writes.
 */
export function unlessChanged(
  dialect: SqlDatabase['dialect'],
  account: string,
  marks: readonly number[],
): readonly SqlWrite[] {
  const params = marks.flatMap((mark) => [account, mark]);
  const check = { sql: CHECK, rows: [['', ...params]] };
  // SQLite has one writer at a time. In PostgreSQL others could write between the look and the end.
  return dialect === 'sqlite' ? [check] : [{ sql: LOCK, rows: [[]] }, check];
}

// Sums of moments would leave the numbers that JavaScript has exactly after some thousand rows.
const SHORTENED = 1_000_000_007;

// In the order in which the repositories write to them, so that nobody waits for each other. Readers don't wait.
const TABLES = ['credentials', 'datasets', 'gateways', 'custom_providers'];
const LOCK = `LOCK TABLE ${TABLES.join(', ')} IN SHARE ROW EXCLUSIVE MODE`;

const DIFFERENCES = TABLES.flatMap((table) => [
  `(SELECT count(*) FROM ${table} WHERE account = ?) <> CAST(? AS bigint)`,
  `(SELECT CAST(coalesce(sum(modified_at % ${SHORTENED}), 0) AS bigint) FROM ${table} WHERE account = ?) <> CAST(? AS bigint)`,
]);

// `created_at` takes no null, so a row to be is a failure.
const CHECK = `INSERT INTO accounts (id, created_at) SELECT CAST(? AS text), CAST(NULL AS bigint) WHERE ${DIFFERENCES.join(' OR ')}`;
