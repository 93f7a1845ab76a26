import { spawn } from 'node:child_process';
import {
  appendFile,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogEntry, LogRecord } from '@sluice/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FileSpool, type FileSpoolOptions } from './spool.ts';

let top: string;
let directory: string;
const opened: FileSpool[] = [];

beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'sluice-'));
  directory = join(top, 'log-spool');
});
afterEach(async () => {
  for (const spool of opened.splice(0)) await spool.close();
  await rm(top, { recursive: true });
});

test('rows and bodies come back as they were, the oldest first, and leave nothing behind', async () => {
  const spool = open({ segmentBytes: 1 });
  const [first, second] = [
    [entry('a', 'ask', 'answer'), entry('b'), entry('c', null, '')],
    [entry('d', 'x'.repeat(100_000), null)],
  ];
  await spool.append(first);
  await spool.append(second);
  expect(spool.stats()).toMatchObject({ rows: 4, dropped: 0, droppedBodies: 0 });
  expect(spool.stats().bytes).toBeGreaterThan(100_000);
  expect(await drain(spool)).toEqual([...first, ...second]);
  expect(spool.stats()).toEqual({ rows: 0, bytes: 0, dropped: 0, droppedBodies: 0 });
  expect(await readdir(top)).toEqual([]);
});

test('nothing is made before a row has to wait, and only its owner reads it then', async () => {
  const spool = open();
  expect(await spool.oldest()).toBeUndefined();
  expect(await readdir(top)).toEqual([]);
  await spool.append([entry('a', 'ask', 'answer')]);
  const [folder = ''] = await readdir(directory);
  expect((await stat(join(directory, folder))).mode & 0o777).toBe(0o700);
  const files = await readdir(join(directory, folder));
  expect(files).toHaveLength(2);
  for (const file of files) expect((await stat(join(directory, folder, file))).mode & 0o777).toBe(0o600);
});

test('rows that are being written stay until they are, and later ones come after them', async () => {
  const spool = open();
  await spool.append([entry('a')]);
  const portion = await spool.oldest();
  await spool.append([entry('b')]);
  expect((await spool.oldest())?.entries).toEqual([entry('a')]);
  await portion?.done();
  expect(await drain(spool)).toEqual([entry('b')]);
});

test('at the bound the oldest bodies go first, then the oldest rows, and both are counted', async () => {
  const spool = open({ maxBytes: 60_000, segmentBytes: 10_000 });
  for (let index = 0; index < 10; index += 1) await spool.append([entry(`with-${index}`, 'x'.repeat(10_000))]);
  expect(spool.stats()).toMatchObject({ rows: 10, dropped: 0, droppedBodies: 5 });
  for (let index = 0; index < 200; index += 1) await spool.append([entry(`bare-${index}`)]);
  const { rows, bytes, dropped, droppedBodies } = spool.stats();
  expect(droppedBodies).toBe(10);
  expect(dropped).toBeGreaterThan(0);
  expect(rows + dropped).toBe(210);
  expect(bytes).toBeLessThanOrEqual(60_000);
  expect(await bytesIn(directory)).toBe(bytes);
  expect((await drain(spool)).map(({ record }) => record.id).at(-1)).toBe('bare-199');
});

test('what alone is larger than the bound loses its bodies, or is dropped', async () => {
  const spool = open({ maxBytes: 5_000 });
  await spool.append([entry('a', 'x'.repeat(10_000))]);
  expect(spool.stats()).toMatchObject({ rows: 1, dropped: 0, droppedBodies: 1 });
  await spool.append([{ record: { ...record('b'), path: 'x'.repeat(10_000) }, bodies: null }]);
  expect(spool.stats()).toMatchObject({ dropped: 1 });
});

test('the next process finds what the last one left when it ended', async () => {
  const first = new FileSpool(directory);
  await first.append([entry('a', 'ask')]);
  await first.close();
  const second = open();
  expect(await found(second)).toMatchObject({ rows: 1 });
  expect(await drain(second)).toEqual([entry('a', 'ask')]);
  expect(await readdir(top)).toEqual([]);
});

test('a process that was killed leaves all but the row it was writing', async () => {
  const spool = new FileSpool(directory);
  await spool.append([entry('a', 'ask', 'answer'), entry('b', 'ask')]);
  await spool.append([entry('c')]);
  await dies();
  const [rows, bodies] = await filesOf();
  await truncate(rows, (await stat(rows)).size - 5);
  await truncate(bodies, (await stat(bodies)).size - 1);
  const next = open();
  expect(await found(next)).toMatchObject({ rows: 2 });
  expect(await drain(next)).toEqual([entry('a', 'ask', 'answer'), entry('b')]);
  expect(await readdir(top)).toEqual([]);
  await spool.close();
});

test('bodies whose row was never written are removed', async () => {
  const spool = new FileSpool(directory);
  await spool.append([entry('a', 'ask')]);
  await dies();
  const [rows] = await filesOf();
  await rm(rows);
  const next = open();
  expect(await next.oldest()).toBeUndefined();
  expect(await readdir(top)).toEqual([]);
  await spool.close();
});

test('what is no row is skipped', async () => {
  const spool = new FileSpool(directory);
  await spool.append([entry('a')]);
  await dies();
  const [rows] = await filesOf();
  await appendFile(rows, '\0\0\0\n{"half":\n');
  await spool.close();
  expect(await drain(open())).toEqual([entry('a')]);
});

test('the folder of a process that lives is its own', async () => {
  const one = open();
  const stranger = spawn('sleep', ['60']);
  try {
    await one.append([entry('mine')]);
    await renameFolder((name) => name.replace(/-\d+-[0-9a-f]{12}\./, `-${stranger.pid}-0123456789ab.`));
    const other = open();
    expect(await other.oldest()).toBeUndefined();
    expect(other.stats().rows).toBe(0);
    const gone = new Promise((resolve) => stranger.once('exit', resolve));
    stranger.kill('SIGKILL');
    await gone;
    expect(await drain(open())).toEqual([entry('mine')]);
  } finally {
    stranger.kill('SIGKILL');
  }
});

test('another machine’s folder is taken over once its owner has been silent for a minute', async () => {
  const spool = open();
  await spool.append([entry('a')]);
  const folder = await renameFolder((name) =>
    name.replace(/^[0-9a-f]{12}-\d+-[0-9a-f]{12}/, '0123456789ab-1-0123456789ab'),
  );
  expect(await open().oldest()).toBeUndefined();
  const before = new Date(Date.now() - 61_000);
  await utimes(folder, before, before);
  expect(await drain(open())).toEqual([entry('a')]);
});

test('of two that come at once each orphan goes to one', async () => {
  for (let index = 0; index < 20; index += 1) {
    const spool = new FileSpool(directory);
    await spool.append([entry(`row-${index}`)]);
    await spool.close();
  }
  const [one, other] = await Promise.all([drain(open()), drain(open())]);
  const ids = [...one, ...other].map(({ record }) => record.id);
  expect(ids).toHaveLength(20);
  expect(new Set(ids).size).toBe(20);
});

test('a process that was taken for dead makes another folder, and goes on', async () => {
  const spool = open();
  await spool.append([entry('a')]);
  await dies();
  const heir = open();
  expect(await drain(heir)).toEqual([entry('a')]);
  await spool.append([entry('b')]);
  expect(await drain(spool)).toEqual([entry('b')]);
});

test('where there is no disk an append rejects, and nothing waits', async () => {
  await writeFile(join(top, 'file'), '');
  const spool = new FileSpool(join(top, 'file', 'log-spool'));
  await expect(spool.append([entry('a')])).rejects.toThrow('ENOTDIR');
  expect(await spool.oldest()).toBeUndefined();
  expect(spool.stats()).toMatchObject({ rows: 0, bytes: 0 });
  await spool.close();
});

test('rows that can not be read are told and left for the next start', async () => {
  const reports: string[] = [];
  const spool = open({ report: (problem) => reports.push(problem), segmentBytes: 1 });
  await spool.append([entry('a')]);
  await spool.append([entry('b')]);
  const [rows] = await filesOf();
  const text = await readFile(rows);
  await rm(rows);
  await rename(await makeFolder(), rows);
  expect(await drain(spool)).toEqual([entry('b')]);
  expect(reports).toEqual([expect.stringContaining("1 rows of the log can't be read")]);
  await rm(rows, { recursive: true });
  await writeFile(rows, text);
  await spool.close();
  expect(await drain(open())).toEqual([entry('a')]);
});

function open(options: FileSpoolOptions = {}): FileSpool {
  const spool = new FileSpool(directory, options);
  opened.push(spool);
  return spool;
}

/** Everything, in the order in which it is handed out. */
async function drain(spool: FileSpool): Promise<LogEntry[]> {
  const all: LogEntry[] = [];
  for (let portion = await spool.oldest(); portion !== undefined; portion = await spool.oldest()) {
    all.push(...portion.entries);
    await portion.done();
  }
  return all;
}

async function found(spool: FileSpool) {
  await new Promise<void>((resolve) => spool.onFound(resolve));
  return spool.stats();
}

/** What the only folder looks like once a process of another life has ended. */
async function dies(): Promise<void> {
  await renameFolder((name) => name.replace(/[0-9a-f]{12}\./, '0123456789ab.'));
}

async function renameFolder(change: (name: string) => string): Promise<string> {
  const [name = ''] = await readdir(directory);
  const renamed = join(directory, change(name));
  await rename(join(directory, name), renamed);
  return renamed;
}

async function filesOf(): Promise<[rows: string, bodies: string]> {
  const [folder = ''] = await readdir(directory);
  const names = (await readdir(join(directory, folder))).sort();
  const path = (end: string) => join(directory, folder, names.find((name) => name.endsWith(end)) ?? '');
  return [path('.rows'), path('.bodies')];
}

async function makeFolder(): Promise<string> {
  return mkdtemp(join(top, 'folder-'));
}

async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true });
  const files = await Promise.all(names.map((name) => stat(join(folder, name))));
  return files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}

function entry(id: string, request: string | null = null, response: string | null = null): LogEntry {
  const bodies = request === null && response === null ? null : { request: bytes(request), response: bytes(response) };
  return { record: record(id), bodies };
}

function bytes(text: string | null): Uint8Array | null {
  return text === null ? null : new TextEncoder().encode(text);
}

function record(id: string): LogRecord {
  return {
    id,
    account: 'default',
    gateway: 'default',
    createdAt: 1,
    eventId: 'event',
    step: 0,
    provider: 'openai',
    model: 'gpt-test',
    modelType: 'chat',
    method: 'POST',
    path: 'chat/completions',
    requestType: 'openai-chat',
    requestContentType: 'application/json',
    responseContentType: 'application/json',
    statusCode: 200,
    success: true,
    cached: false,
    streamed: false,
    abandoned: false,
    partial: false,
    errorCode: null,
    errorMessage: null,
    finishReason: 'stop',
    durationMs: 1,
    latencyMs: 1,
    timeToFirstChunkMs: null,
    tokensIn: 1,
    tokensOut: 1,
    cacheReadTokens: null,
    cacheWriteTokens: null,
    reasoningTokens: null,
    inputAudioTokens: null,
    outputAudioTokens: null,
    costNanos: null,
    customCost: false,
    metadata: { user: 'ünï' },
    userAgent: null,
    authenticated: false,
    requestSize: 1,
    responseSize: 1,
    attempts: [],
    feedback: null,
    score: null,
  };
}
