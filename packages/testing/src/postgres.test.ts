import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { inspect, promisify } from 'node:util';
import { createIdSource, type LogEntry } from '@sluice/core';
import { createStorage, type SqlDatabase, type Storage } from '@sluice/storage';
import { openPostgres, type PostgresOptions } from '@sluice/storage/postgres';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exampleRecord } from '../../storage/test/example-record.ts';
import { startPostgres } from './services/index.ts';
import { unusedPort } from './upstream/unused-port.ts';

const server = await startPostgres();

if ('missing' in server) test.skip(`PostgreSQL: ${server.missing}`, () => {});
else {
  let opened: SqlDatabase[] = [];
  const open = async (options?: PostgresOptions): Promise<SqlDatabase> => {
    const database = await openPostgres(server.url, options);
    opened.push(database);
    return database;
  };
  const openStorage = async (options?: PostgresOptions): Promise<Storage> => {
    const storage = createStorage(await open(options));
    await storage.migrate();
    return storage;
  };
  afterAll(() => server.stop());
  beforeEach(async () => {
    const database = await open();
    await database.write(['DROP SCHEMA public CASCADE', 'CREATE SCHEMA public'].map((sql) => ({ sql, rows: [[]] })));
  });
  afterEach(async () => {
    for (const database of opened) await database.close();
    opened = [];
  });

  describe('a server that is away', () => {
    test('rejects what was asked of it, and answers again when it is back', async () => {
      const storage = await openStorage();
      await storage.logs.insert(batchOf('before'));
      await server.kill();
      await expect(storage.logs.insert(batchOf('during'))).rejects.toThrow('PostgreSQL cannot be reached');
      await expect(storage.settings.get('account', 'gateway')).rejects.toThrow();
      await server.restart();
      await storage.logs.insert(batchOf('during'));
      expect(await total(storage)).toBe(400);
    });

    test('leaves no half of a batch behind, wherever it was killed', async () => {
      const storage = await openStorage();
      const names = Array.from({ length: 20 }, (_, number) => `batch-${number}`);
      const written = Promise.allSettled(names.map((name) => storage.logs.insert(batchOf(name))));
      // Some are on their way when the first is there.
      while ((await total(storage)) === 0);
      await server.kill();
      const kept = (await written).filter(({ status }) => status === 'fulfilled').length;
      await server.restart();
      const rows = await total(storage);
      expect(rows % 200).toBe(0);
      // Of one whose end was not heard nobody knows.
      expect(rows).toBeGreaterThanOrEqual(kept * 200);
      for (const name of names) await storage.logs.insert(batchOf(name));
      expect(await total(storage)).toBe(names.length * 200);
    });

    test('is waited for no longer than the limit when it is silent', async () => {
      const storage = await openStorage({ limitMs: 300, max: 2 });
      await total(storage);
      server.pause();
      const asked = Array.from({ length: 10 }, () => total(storage));
      const wrote = storage.logs.insert(batchOf('silent'));
      for (const { status } of await Promise.allSettled([...asked, wrote])) expect(status).toBe('rejected');
      // Those that were open are given up by now, so this is about new ones.
      await expect(total(storage)).rejects.toThrow();
      server.resume();
      await storage.logs.insert(batchOf('silent'));
      expect(await total(storage)).toBe(200);
    });

    test('is one of several, and the others are tried', async () => {
      const { port } = new URL(server.url);
      const database = await openPostgres(
        `postgres://postgres@127.0.0.1:${await unusedPort()},127.0.0.1:${port}/postgres`,
      );
      await expect(database.query('SELECT 1', [])).rejects.toThrow('ECONNREFUSED');
      expect(await database.query('SELECT 1', [])).toEqual([[1]]);
      await database.close();
    });

    test('may have ended the connections that were not in use', async () => {
      const database = await open({ max: 1 });
      await database.query('SELECT 1', []);
      const other = await open();
      await other.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()', []);
      await until(async () => (await others(other)) === 0);
      // Its end has arrived, but perhaps not yet been noticed.
      await database.query('SELECT 1', []).catch(() => {});
      expect(await database.query('SELECT 1', [])).toEqual([[1]]);
    });
  });

  describe('a statement', () => {
    test('that takes too long is ended by the server, and its connection goes on', async () => {
      const database = await open({ max: 1, limitMs: 500 });
      const [before] = await database.query('SELECT pg_backend_pid()', []);
      await expect(database.query('SELECT pg_sleep(60)', [])).rejects.toMatchObject({ code: '57014' });
      expect(await database.query('SELECT pg_backend_pid()', [])).toEqual([before]);
    });

    test('that changes tables may take longer', async () => {
      const database = await open({ limitMs: 200 });
      await database.write([{ sql: 'SELECT pg_sleep(0.3)', rows: [[]] }], { patient: true });
    });

    test('waits for a connection when all are in use', async () => {
      const database = await open({ max: 2 });
      const asked = Array.from({ length: 50 }, (_, number) => database.query('SELECT ?::bigint', [number]));
      expect((await Promise.all(asked)).flat(2)).toEqual(Array.from({ length: 50 }, (_, number) => number));
      expect(await others(database)).toBeLessThanOrEqual(2);
    });

    test('that fails takes its transaction along and leaves the connection usable', async () => {
      const database = await open({ max: 1 });
      await database.write([{ sql: 'CREATE TABLE t (n bigint PRIMARY KEY)', rows: [[]] }]);
      const insert = { sql: 'INSERT INTO t (n) VALUES (?)', rows: [[1], [2]] };
      await expect(database.write([insert, { ...insert, rows: [[1]] }])).rejects.toMatchObject({ code: '23505' });
      await database.write([{ sql: 'INSERT INTO t (n) VALUES (?)', rows: [[3]] }]);
      expect(await database.query('SELECT n FROM t', [])).toEqual([[3]]);
    });

    test('comes back as numbers, texts, bytes and null', async () => {
      const database = await open();
      const sql =
        "SELECT count(*), sum(n), true, ?::bytea, NULL, '?', now()::text FROM (VALUES (9007199254740991)) AS t (n)";
      const [row] = await database.query(sql, [Uint8Array.of(0, 255)]);
      expect(row?.slice(0, 6)).toEqual([1, 9_007_199_254_740_991, 1, Uint8Array.of(0, 255), null, '?']);
    });
  });

  describe('what is said', () => {
    test('by an error holds no value', async () => {
      const secret = 'sk-test-never-shown';
      const database = await open();
      const storage = createStorage(database);
      await database.write([{ sql: 'CREATE TABLE t (name text UNIQUE, n bigint)', rows: [[]] }]);
      const named = { sql: 'INSERT INTO t (name) VALUES (?)', rows: [[secret], [secret]] };
      const failures = await Promise.allSettled([
        database.write([named]),
        database.query('SELECT 1 FROM t WHERE n = ?', [secret]),
        database.query('SELECT nothing FROM t WHERE name = ?', [secret]),
        storage.accounts.ensure(secret),
        openPostgres(`postgres://user:${secret}@host:not-a-port/database`),
      ]);
      await server.kill();
      failures.push(...(await Promise.allSettled([database.write([named]), storage.accounts.ensure(secret)])));
      await server.restart();
      for (const failure of failures) {
        expect(failure.status).toBe('rejected');
        expect(inspect(failure, { depth: 10, showHidden: true })).not.toContain(secret);
      }
    });

    test('about what was refused is enough to go on', async () => {
      const database = await open();
      await expect(database.query('SELECT nothing', [])).rejects.toThrow('column "nothing" does not exist (42703)');
    });
  });

  describe('the log', () => {
    test('has a batch once that was written twice', async () => {
      const storage = await openStorage();
      await storage.logs.insert(batchOf('twice'));
      await storage.logs.insert(batchOf('twice'));
      expect(await total(storage)).toBe(200);
      expect(await storage.logs.body('twice-199', 'request')).toEqual(utf8.encode('asked twice-199'));
    });

    test('lies in one partition for each day, whoever writes to it first', async () => {
      const storages = await Promise.all([openStorage(), openStorage()]);
      const days = [Date.UTC(2026, 0, 31, 23, 59, 59, 999), Date.UTC(2026, 1, 1)];
      const entries = days.map((day) => {
        const record = exampleRecord(createIdSource(() => day)());
        return { record, bodies: { request: utf8.encode(record.id), response: null } };
      });
      await Promise.all(storages.map((storage) => storage.logs.insert(entries)));
      const database = await open();
      for (const table of ['logs', 'log_bodies']) {
        expect(await database.query(`SELECT count(*) FROM ${table}_2026_01_31`, [])).toEqual([[1]]);
        expect(await database.query(`SELECT count(*) FROM ${table}_2026_02_01`, [])).toEqual([[1]]);
        expect(await database.query(`SELECT count(*) FROM ${table}`, [])).toEqual([[2]]);
      }
      for (const { record } of entries) {
        expect(await storages[0]?.logs.get('account', 'gateway', record.id)).toEqual(record);
        expect(await storages[0]?.logs.body(record.id, 'request')).toEqual(utf8.encode(record.id));
      }
    });

    test('goes on where rows of a day came before its partition', async () => {
      const storage = await openStorage();
      const id = createIdSource(() => Date.UTC(2026, 0, 31));
      const database = await open();
      const late = exampleRecord(id());
      await database.write([{ sql: 'INSERT INTO log_bodies_default (log_id, piece) VALUES (?, 0)', rows: [[id()]] }]);
      await storage.logs.insert([{ record: late, bodies: null }]);
      expect(await storage.logs.get('account', 'gateway', late.id)).toEqual(late);
    });

    describe('that is too long', () => {
      const DAY = 6000;
      const january = (day: number) => Date.UTC(2026, 0, day, 12);

      /** One row of a day through the writer, which makes the partition, and its copies. */
      const fillDay = async (storage: Storage, database: SqlDatabase, day: number, gateway = 'gateway') => {
        const id = createIdSource(() => january(day))();
        await storage.logs.insert([
          { record: { ...exampleRecord(id), gateway, createdAt: january(day) }, bodies: null },
        ]);
        const names = await database.query(
          "SELECT attname FROM pg_attribute WHERE attrelid = 'logs'::regclass AND attnum > 0 AND attname NOT IN ('id', 'created_at')",
          [],
        );
        const columns = names.join(', ');
        const copy =
          `INSERT INTO logs (id, created_at, ${columns}) SELECT substr(id, 1, 24) || lpad(n::text, 12, '0'), created_at + n, ` +
          `${columns} FROM logs, generate_series(1, ${DAY - 1}) AS n WHERE id = ?`;
        await database.write([{ sql: copy, rows: [[id]] }], { patient: true });
      };
      const days = async (database: SqlDatabase) =>
        (
          await database.query(
            "SELECT relname FROM pg_class WHERE relname ~ '^log(s|_bodies)_2026_.._..$' ORDER BY 1",
            [],
          )
        )
          .flat()
          .map((name) => String(name).replace('_2026_01', ''));
      const policy = (max: number) => ({ max, strategy: 'DELETE_OLDEST' as const });

      test('loses its oldest days whole, and the rest of what is too much row by row', async () => {
        const [storage, database] = [await openStorage(), await open()];
        for (const day of [1, 2, 3]) await fillDay(storage, database, day);
        expect(await storage.logs.count('account', 'gateway')).toBe(3 * DAY);
        expect(await storage.logs.retain('account', 'gateway', policy(2 * DAY - 100))).toBe(DAY + 100);
        expect(await days(database)).toEqual(['log_bodies_02', 'log_bodies_03', 'logs_02', 'logs_03']);
        expect(await storage.logs.count('account', 'gateway')).toBe(2 * DAY - 100);
      });

      test('keeps the rows of others of the same day, until nothing is left of it', async () => {
        const [storage, database] = [await openStorage(), await open()];
        await fillDay(storage, database, 1);
        await fillDay(storage, database, 1, 'other');
        await fillDay(storage, database, 2);
        await storage.logs.retain('account', 'gateway', policy(DAY));
        expect(await storage.logs.count('account', 'gateway')).toBe(DAY);
        expect(await storage.logs.count('account', 'other')).toBe(DAY);
        await storage.logs.remove('account', 'other', {});
        await storage.logs.retainAll();
        expect(await days(database)).toEqual(['log_bodies_02', 'logs_02']);
      });

      test('waits with a day that somebody is reading, and deletes its rows instead', async () => {
        const [storage, database] = [await openStorage(), await open({ max: 1 })];
        await fillDay(storage, database, 1);
        await fillDay(storage, database, 2);
        await database.query('BEGIN', []);
        await database.query('SELECT count(*) FROM logs', []);
        expect(await storage.logs.retain('account', 'gateway', policy(DAY))).toBe(DAY);
        await database.query('COMMIT', []);
        expect(await storage.logs.count('account', 'gateway')).toBe(DAY);
        expect(await days(database)).toHaveLength(4);
      });

      test('is counted for good where it is long, on every day', async () => {
        const [storage, database] = [await openStorage(), await open()];
        for (let day = 1; day <= 10; day++) await fillDay(storage, database, day);
        expect(await storage.logs.count('account', 'gateway')).toBe(10 * DAY);
        const [kept] = await database.query('SELECT row_count FROM log_counts', []);
        expect(Number(kept?.[0])).toBeGreaterThan(0);
        await storage.logs.retain('account', 'gateway', policy(9 * DAY));
        expect(await storage.logs.count('account', 'gateway')).toBe(9 * DAY);
        expect(await days(database)).toHaveLength(18);
      });
    });

    test('needs no right to make tables after the migration', async () => {
      await (await openStorage()).logs.insert([]);
      const database = await open();
      await database.write([
        { sql: 'DROP ROLE IF EXISTS writer', rows: [[]] },
        { sql: 'CREATE ROLE writer LOGIN', rows: [[]] },
        { sql: 'GRANT USAGE ON SCHEMA public TO writer', rows: [[]] },
        { sql: 'GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO writer', rows: [[]] },
      ]);
      const record = exampleRecord(createIdSource(() => Date.UTC(2026, 0, 31))());
      const writer = await openPostgres(server.url.replace('postgres@', 'writer@'));
      await createStorage(writer).logs.insert([{ record, bodies: null }]);
      await writer.close();
      expect(await database.query('SELECT id FROM logs_default', [])).toEqual([[record.id]]);
    });

    test('takes a row with the one sign that PostgreSQL refuses', async () => {
      const storage = await openStorage();
      const record = { ...exampleRecord('nul'), errorMessage: 'a\u0000b', metadata: { team: 'a\u0000b' } };
      await storage.logs.insert([{ record, bodies: null }]);
      const read = await storage.logs.get('account', 'gateway', 'nul');
      expect(read).toEqual({ ...record, errorMessage: 'a\uFFFDb', metadata: { team: 'a\uFFFDb' } });
    });
  });

  test('Node, Bun and Deno share one database from the first moment, and no row is lost', async () => {
    const program = fileURLToPath(new URL('../../storage/test/write-log.ts', import.meta.url));
    const binaries = fileURLToPath(new URL('../../../node_modules/.bin/', import.meta.url));
    const run = promisify(execFile);
    const writers = await Promise.all([
      run(`${binaries}node`, [program, server.url, '10', 'node']),
      run(`${binaries}bun`, [program, server.url, '10', 'bun']),
      run(`${binaries}deno`, ['run', '-A', program, server.url, '10', 'deno']),
    ]);
    expect(writers.map(({ stdout }) => stdout.trim())).toEqual([
      'hello from node for account',
      'hello from bun for account',
      'hello from deno for account',
    ]);
    const storage = await openStorage();
    expect(await total(storage)).toBe(3 * 10 * 20);
  });

  test('closing waits for what was asked, refuses what comes later, and may be done twice', async () => {
    const database = await open();
    const asked = database.query('SELECT 1 FROM pg_sleep(0.1)', []);
    await database.close();
    expect(await asked).toEqual([[1]]);
    await expect(database.query('SELECT 1', [])).rejects.toThrow('was closed');
    await database.close();
  });
}

const utf8 = new TextEncoder();

function batchOf(name: string): LogEntry[] {
  return Array.from({ length: 200 }, (_, number) => ({
    record: exampleRecord(`${name}-${number}`),
    bodies: { request: utf8.encode(`asked ${name}-${number}`), response: null },
  }));
}

async function total(storage: Storage): Promise<number> {
  return (await storage.logs.list('account', 'gateway', { page: 1, perPage: 1 })).total;
}

/** How many other connections the server has. */
async function others(database: SqlDatabase): Promise<number> {
  const sql = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
  return Number((await database.query(sql, []))[0]?.[0]);
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue()));
}
