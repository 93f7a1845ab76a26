import { monitorEventLoopDelay } from 'node:perf_hooks';
import { quantile } from '../statistics.ts';
import {
  createIdSource,
  createManagement,
  createStorage,
  type LogEntry,
  type SqlDatabase,
  type Storage,
} from './parts.ts';
import { MODEL_NAMES, makeTemplates, type Template } from './templates.ts';

/** How long one kind of question took, in milliseconds. */
export interface Timing {
  readonly name: string;
  readonly asked: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  /** What the issue wants at p95. */
  readonly budget?: number;
}

/** How fast rows come and go. */
export interface Flow {
  readonly insertedPerSecond: number;
  /** Processor time of this process, in µs a row. */
  readonly insertCpu: number;
  readonly deletedPerSecond: number;
  /** How late timers were while 5000 rows a second were written, in milliseconds: what calls feel. */
  readonly delayP99: number;
}

export interface Subject {
  readonly database: SqlDatabase;
  readonly account: string;
  readonly gateway: string;
  readonly quick: boolean;
}

/** Asks the management API itself, as a dashboard does, and proves first that its answers are right. */
export async function measureQuestions({ database, account, gateway, quick }: Subject): Promise<Timing[]> {
  const storage = createStorage(database);
  const { token } = await storage.tokens.create({ account, name: 'bench' });
  const app = createManagement({ storage });
  const headers = { authorization: `Bearer ${token}` };
  const base = `/client/v4/accounts/${account}/ai-gateway`;
  const ask = async (path: string): Promise<Answer> => {
    const response = await app.request(`${base}${path}`, { headers });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  };
  const logs = `/gateways/${gateway}/logs`;
  await prove(ask, logs);
  // The first count of a long log takes a second, and is kept from then on.
  await ask(logs);
  const [newest] = (await ask(logs)).result;
  const time = (name: string, paths: readonly string[], budget?: number): Promise<Timing> =>
    timed({ name, paths, budget, rounds: quick ? 20 : 200 }, ask);
  const models = MODEL_NAMES.map(encodeURIComponent);
  const failed = [429, 500, 400].map((status) => filter('status_code', status));
  return [
    await time('newest page of a model and a status (all pairs)', pairs(logs, models, failed), 50),
    await time(
      'newest page of a model, only failures',
      models.map((model) => `${logs}?model=${model}&success=false`),
      50,
    ),
    await time(
      'newest page of a model, only successes',
      models.map((model) => `${logs}?model=${model}&success=true`),
      50,
    ),
    await time('newest page of a model that nobody uses', [`${logs}?model=nobody`], 50),
    await time('newest page, with the count of the whole log', [logs], 50),
    await time(
      'newest page of one value of the metadata',
      [1, 77, 400].map((user) => `${logs}?${filter('metadata.user', `user-${user}`)}`),
    ),
    await time(
      'newest page of a search',
      ['sonnet', 'context%20window'].map((text) => `${logs}?search=${text}`),
    ),
    await time('page 1000 of the log', [`${logs}?page=1000&per_page=50`]),
    await time('one row with the heads of its bodies', [`${logs}/${newest?.id}`]),
    await time('chart of 30 days by model', ['/analytics?from=-30d&group_by=model&limit=20'], 200),
  ];
}

interface Answer {
  readonly result: readonly { readonly id: string; readonly model: string; readonly status_code: number }[];
  readonly result_info: { readonly total_count: number };
}

type Ask = (path: string) => Promise<Answer>;

async function timed(
  {
    name,
    paths,
    rounds,
    budget,
  }: { name: string; paths: readonly string[]; rounds: number; budget: number | undefined },
  ask: Ask,
): Promise<Timing> {
  const samples: number[] = [];
  for (const path of paths) await ask(path);
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    await ask(paths[round % paths.length] ?? '');
    samples.push(performance.now() - began);
  }
  return {
    name,
    asked: rounds,
    p50: quantile(samples, 0.5),
    p95: quantile(samples, 0.95),
    max: Math.max(...samples),
    ...(budget !== undefined && { budget }),
  };
}

function pairs(logs: string, models: readonly string[], filters: readonly string[]): string[] {
  return models.flatMap((model) => filters.map((status) => `${logs}?model=${model}&${status}`));
}

function filter(key: string, value: string | number): string {
  return `filters=${encodeURIComponent(JSON.stringify([{ key, operator: 'eq', value: [value] }]))}`;
}

async function prove(ask: Ask, logs: string): Promise<void> {
  const { result } = await ask(`${logs}?model=gpt-5&${filter('status_code', 429)}&per_page=50`);
  const isRight = result.every(({ model, status_code }) => model === 'gpt-5' && status_code === 429);
  if (!isRight || result.length === 0) throw new Error('The list gave rows that were not asked for, or none.');
  const ids = result.map(({ id }) => id);
  if (ids.join() !== [...ids].sort().reverse().join()) throw new Error('The list is not in order of time.');
}

/** Writes as fast as it goes, then at 5000 rows a second, and takes what was written away again. */
export async function measureFlow({ database, account, gateway, quick }: Subject): Promise<Flow> {
  const storage = createStorage(database);
  const templates = makeTemplates(account, gateway);
  const seconds = quick ? 3 : 15;
  const cpu = process.cpuUsage();
  const began = performance.now();
  let inserted = 0;
  while (performance.now() - began < seconds * 1000) inserted += await insertBatch(storage, templates);
  const elapsed = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  const delayP99 = await delayWhileInserting(storage, templates, seconds);
  const before = performance.now();
  const removed = await storage.logs.remove(account, gateway, { limit: Math.min(inserted, quick ? 5000 : 40_000) });
  return {
    insertedPerSecond: Math.round(inserted / (elapsed / 1000)),
    insertCpu: (user + system) / inserted,
    deletedPerSecond: Math.round(removed.removed / ((performance.now() - before) / 1000)),
    delayP99,
  };
}

const BATCH = 200;
const PER_SECOND = 5000;

async function insertBatch(storage: Storage, templates: readonly Template[]): Promise<number> {
  const newId = createIdSource(Date.now);
  const entries = Array.from({ length: BATCH }, (): LogEntry => {
    const id = newId();
    const template = templates[Math.floor(Math.random() * templates.length)] as Template;
    return { record: { ...template, id, eventId: id, createdAt: Date.now() }, bodies: null };
  });
  await storage.logs.insert(entries);
  return BATCH;
}

async function delayWhileInserting(storage: Storage, templates: readonly Template[], seconds: number): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const began = performance.now();
  for (let batch = 0; batch < (seconds * PER_SECOND) / BATCH; batch++) {
    const due = began + (batch * BATCH * 1000) / PER_SECOND;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    await insertBatch(storage, templates);
  }
  delay.disable();
  return delay.percentile(99) / 1e6;
}
