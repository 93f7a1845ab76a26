import { createIdSource, createStorage, type SqlDatabase } from './parts.ts';
import { seedRollups } from './seed-rollups.ts';
import { makeTemplates, TEMPLATES, type Template } from './templates.ts';
import { createTimes, STRIDE, type Times } from './times.ts';

export interface SeedOptions {
  readonly account: string;
  readonly gateway: string;
  readonly logs: number;
  readonly days: number;
  /** Small bodies beside the rows. */
  readonly bodies: boolean;
  readonly tell: (text: string) => void;
}

/**
 * Adds that many rows to a log, spread over the last days as a working team spreads them, with the roll-ups of the same
 * calls. The database itself makes them out of ten thousand templates, at several times the speed of the writer.
 */
export async function seed(database: SqlDatabase, options: SeedOptions): Promise<void> {
  const { account, gateway, logs, days, tell } = options;
  const storage = createStorage(database);
  await storage.migrate();
  await storage.accounts.ensure(account);
  if ((await storage.settings.get(account, gateway)) === undefined) {
    await storage.settings.create({ account, id: gateway, authentication: null });
  }
  const templates = makeTemplates(account, gateway);
  const times = createTimes(Date.now(), days, logs);
  await writeTemplates(database, templates);
  await makeDays(storage, templates, times);
  const began = performance.now();
  for (let start = 0; start < logs; start += CHUNK) {
    const end = Math.min(start + CHUNK, logs);
    await database.write(chunk(database, options, times, start, end), { patient: true });
    tell(`${end} of ${logs} rows, ${Math.round(end / ((performance.now() - began) / 1000))} a second`);
  }
  await database.write([
    { sql: 'DROP TABLE seed_templates', rows: [[]] },
    // What was counted before is older than some of these rows.
    { sql: 'DELETE FROM log_counts WHERE account = ? AND gateway = ?', rows: [[account, gateway]] },
  ]);
  tell('roll-ups …');
  await seedRollups(storage, templates, times);
}

const CHUNK = 50_000;

/** The columns that come from a template, in order. */
const COLUMNS: readonly (readonly [name: string, key: keyof Template])[] = [
  ['account', 'account'],
  ['gateway', 'gateway'],
  ['step', 'step'],
  ['provider', 'provider'],
  ['model', 'model'],
  ['model_type', 'modelType'],
  ['method', 'method'],
  ['path', 'path'],
  ['request_type', 'requestType'],
  ['request_content_type', 'requestContentType'],
  ['response_content_type', 'responseContentType'],
  ['status_code', 'statusCode'],
  ['success', 'success'],
  ['cached', 'cached'],
  ['streamed', 'streamed'],
  ['abandoned', 'abandoned'],
  ['partial', 'partial'],
  ['error_code', 'errorCode'],
  ['error_message', 'errorMessage'],
  ['finish_reason', 'finishReason'],
  ['duration_ms', 'durationMs'],
  ['latency_ms', 'latencyMs'],
  ['time_to_first_chunk_ms', 'timeToFirstChunkMs'],
  ['tokens_in', 'tokensIn'],
  ['tokens_out', 'tokensOut'],
  ['cache_read_tokens', 'cacheReadTokens'],
  ['cost_nanos', 'costNanos'],
  ['custom_cost', 'customCost'],
  ['metadata', 'metadata'],
  ['user_agent', 'userAgent'],
  ['authenticated', 'authenticated'],
  ['request_size', 'requestSize'],
  ['response_size', 'responseSize'],
  ['attempts', 'attempts'],
  ['feedback', 'feedback'],
];

const NAMES = COLUMNS.map(([name]) => name);

async function writeTemplates(database: SqlDatabase, templates: readonly Template[]): Promise<void> {
  const numbers = new Set(['number', 'boolean']);
  const typeOf = (key: keyof Template) =>
    templates.some((template) => numbers.has(typeof template[key])) ? 'bigint' : 'text';
  const columns = COLUMNS.map(([name, key]) => `${name} ${typeOf(key)}`).join(', ');
  await database.write([
    { sql: 'DROP TABLE IF EXISTS seed_templates', rows: [[]] },
    { sql: `CREATE TABLE seed_templates (n bigint PRIMARY KEY, ${columns})`, rows: [[]] },
  ]);
  const insert = `INSERT INTO seed_templates (n, ${NAMES.join(', ')}) VALUES (${['n', ...NAMES].map(() => '?').join(', ')})`;
  for (let start = 0; start < templates.length; start += 1000) {
    const some = templates.slice(start, start + 1000);
    const rows = some.map((template, row) => [start + row, ...COLUMNS.map(([, key]) => stored(template[key]))]);
    await database.write([{ sql: insert, rows }]);
  }
}

function stored(value: Template[keyof Template]): string | number | null {
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

/** One row of each day goes through the writer, which makes the day's partitions on PostgreSQL. */
async function makeDays(storage: ReturnType<typeof createStorage>, templates: readonly Template[], times: Times) {
  for (let moment = times.from; moment <= times.to; moment += DAY_MS) {
    const id = createIdSource(() => moment)();
    const [template] = templates;
    if (template === undefined) return;
    await storage.logs.insert([{ record: { ...template, id, eventId: id, createdAt: moment }, bodies: null }]);
  }
}

const DAY_MS = 86_400_000;

function chunk(
  { dialect }: SqlDatabase,
  { bodies, account, gateway }: SeedOptions,
  times: Times,
  start: number,
  end: number,
) {
  const { hex, random, whole } = FUNCTIONS[dialect];
  const series = `WITH RECURSIVE series(n) AS (SELECT CAST(${start} AS bigint) UNION ALL SELECT n + 1 FROM series WHERE n < ${end - 1}) SELECT n FROM series`;
  const moments = `SELECT n, ${whole(times.sql)} AS ms, ${random} AS r FROM (${series}) AS numbers`;
  const id =
    "substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-7' || substr(r, 1, 3) || '-8' || substr(r, 4, 3) || '-' || substr(r, 7, 12)";
  const named = `SELECT n, ms, r, ${hex} AS h FROM (${moments}) AS moments`;
  const insert =
    `INSERT INTO logs (id, event_id, created_at, ${NAMES.join(', ')}) ` +
    `SELECT ${id}, ${id}, ms, ${NAMES.join(', ')} FROM (${named}) AS named ` +
    `JOIN seed_templates ON seed_templates.n = (named.n * ${STRIDE}) % ${TEMPLATES}`;
  const writes = [{ sql: insert, rows: [[]] as string[][] }];
  if (!bodies) return writes;
  const bytes = (text: string) =>
    dialect === 'postgres' ? `convert_to('${text}', 'UTF8')` : `CAST('${text}' AS BLOB)`;
  const keep =
    `INSERT INTO log_bodies (log_id, piece, request, response) SELECT id, 0, ${bytes(ASKED)}, ${bytes(SAID)} FROM logs ` +
    `WHERE account = '${account}' AND gateway = '${gateway}' AND created_at >= ${times.at(start)} ` +
    `AND created_at <= ${times.at(end - 1)} ON CONFLICT DO NOTHING`;
  return [...writes, { sql: keep, rows: [[]] }];
}

const ASKED = '{"model":"gpt-5-mini","messages":[{"role":"user","content":"How tall is the tower?"}]}';
const SAID = '{"choices":[{"message":{"role":"assistant","content":"330 metres."}}]}';

const FUNCTIONS = {
  sqlite: {
    hex: "printf('%012x', ms)",
    random: 'lower(hex(randomblob(9)))',
    whole: (value: string) => `CAST(${value} AS INTEGER)`,
  },
  postgres: {
    hex: "lpad(to_hex(ms), 12, '0')",
    random: 'md5(random()::text)',
    whole: (value: string) => `CAST(trunc(CAST(${value} AS numeric)) AS bigint)`,
  },
};
