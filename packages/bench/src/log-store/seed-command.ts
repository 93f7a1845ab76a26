import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openNodeSqlite, openPostgres, type SqlDatabase } from './parts.ts';
import { seed } from './seed.ts';

// `npm run seed`: fills a log, for looking at the dashboard and for measuring.
const { values } = parseArgs({
  options: {
    logs: { type: 'string', default: '100000' },
    days: { type: 'string', default: '30' },
    account: { type: 'string', default: process.env.SLUICE_ACCOUNT ?? 'default' },
    gateway: { type: 'string', default: 'default' },
    bodies: { type: 'boolean', default: false },
    'database-url': { type: 'string', default: process.env.SLUICE_DATABASE_URL ?? '' },
    'data-dir': { type: 'string', default: process.env.SLUICE_DATA_DIR ?? '.sluice' },
  },
});
const [logs, days] = [positive('logs'), positive('days')];
const database = await open();
const began = performance.now();
let last = '';
try {
  const { account, gateway, bodies } = values;
  await seed(database, { account, gateway, logs, days, bodies, tell });
  if (database.dialect === 'postgres') await database.query('VACUUM ANALYZE logs', []);
} finally {
  await database.close();
}
console.log(`${last === '' ? '' : '\n'}${logs} rows in ${Math.round((performance.now() - began) / 1000)} s.`);

/** Statements take as long as they take, so no limit of time is as short as the gateway's. */
function open(): Promise<SqlDatabase> {
  const { 'database-url': url, 'data-dir': folder } = values;
  if (url !== '') return openPostgres(url, { max: 2, limitMs: 60 * 60_000 });
  mkdirSync(folder, { recursive: true });
  return openNodeSqlite(join(folder, 'sluice.db'));
}

function positive(name: 'logs' | 'days'): number {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value > 0) return value;
  console.error(`--${name} must be a whole number above 0.`);
  process.exit(2);
}

function tell(text: string): void {
  process.stdout.write(`\r${text.padEnd(last.length)}`);
  last = text;
}
