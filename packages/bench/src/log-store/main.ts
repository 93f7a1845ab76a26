import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from '../machine.ts';
import { measureFlow, measureQuestions } from './measure.ts';
import { openNodeSqlite, openPostgres, type SqlDatabase } from './parts.ts';
import { SETTINGS, startDatabase } from './postgres.ts';
import { type StoreReport, type StoreResult, toMarkdown } from './report.ts';
import { seed } from './seed.ts';

// `npm run bench:logs`: how fast the log is read and written when it is long.
const { values } = parseArgs({
  options: {
    logs: { type: 'string', default: '1000000' },
    /** A folder with a `sluice.db`, and a server, that `npm run seed` has filled already. */
    sqlite: { type: 'string', default: '' },
    'database-url': { type: 'string', default: '' },
    only: { type: 'string', default: 'sqlite,postgres' },
    quick: { type: 'boolean', default: false },
  },
});
const ACCOUNT = 'default';
const GATEWAY = 'default';
const logs = Number(values.logs);

const results: StoreResult[] = [];
if (values.only.includes('sqlite')) results.push(await measureSqlite());
if (values.only.includes('postgres')) results.push(...(await measurePostgres()));
const report: StoreReport = {
  date: new Date().toISOString().slice(0, 10),
  machine: describeMachine(),
  results,
  load: loadavg(),
};
console.log(`\n${toMarkdown(report)}`);
if (!values.quick) await keep(report);

async function measureSqlite(): Promise<StoreResult> {
  const folder = values.sqlite === '' ? await mkdtemp(join(tmpdir(), 'sluice-logs-')) : values.sqlite;
  const path = join(folder, 'sluice.db');
  const database = await openNodeSqlite(path);
  try {
    if (values.sqlite === '') await fill(database);
    const { size } = await stat(path);
    return await measure('SQLite', database, database, size);
  } finally {
    await database.close();
    if (values.sqlite === '') await rm(folder, { recursive: true });
  }
}

async function measurePostgres(): Promise<StoreResult[]> {
  const url = values['database-url'];
  const server = url === '' ? await startDatabase() : undefined;
  if (server === undefined && url === '') {
    console.log('PostgreSQL is not installed: apt-get install postgresql. Its half is left out.');
    return [];
  }
  const address = server?.url ?? url;
  const patient = await openPostgres(address, { max: 2, limitMs: 60 * 60_000 });
  const database = await openPostgres(address);
  try {
    if (url === '') {
      await fill(patient);
      await patient.query('VACUUM ANALYZE logs', []);
    }
    const [size] = await patient.query('SELECT pg_database_size(current_database())', []);
    const name = server === undefined ? 'PostgreSQL' : `PostgreSQL with ${SETTINGS.slice(1).join(', ')}`;
    return [await measure(name, database, patient, Number(size?.[0]))];
  } finally {
    await database.close();
    await patient.close();
    await server?.stop();
  }
}

function fill(database: SqlDatabase): Promise<void> {
  const tell = (text: string) => console.log(`${database.dialect}: ${text}`);
  return seed(database, { account: ACCOUNT, gateway: GATEWAY, logs, days: 30, bodies: false, tell });
}

async function measure(name: string, database: SqlDatabase, patient: SqlDatabase, bytes: number): Promise<StoreResult> {
  console.log(`${name}: measuring …`);
  const [rows] = await patient.query('SELECT count(*) FROM logs', []);
  const subject = { database, account: ACCOUNT, gateway: GATEWAY, quick: values.quick };
  const timings = await measureQuestions(subject);
  return {
    name,
    rows: Number(rows?.[0]),
    megabytes: Math.round(bytes / 1e6),
    timings,
    flow: await measureFlow(subject),
  };
}

async function keep(report: StoreReport): Promise<void> {
  const folder = new URL('../../results/', import.meta.url);
  const name = `${report.date}-log-store-${report.machine.cpu.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
  await mkdir(folder, { recursive: true });
  await writeFile(new URL(`${name}.md`, folder), toMarkdown(report));
  await writeFile(new URL(`${name}.json`, folder), `${JSON.stringify(report, null, 2)}\n`);
  console.log(`Written to packages/bench/results/${name}.md and .json`);
}
