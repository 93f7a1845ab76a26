import type { LogRecord } from '@sluice/core';
import { and, eq, inArray, type SQL } from 'drizzle-orm';
import type { SqlDatabase } from './database.ts';
import type { Drizzle } from './drizzle.ts';
import { StorageError } from './errors.ts';
import type { LogCounts } from './log-counts.ts';
import { type Drive, driveOf, type LogSelection } from './log-drive.ts';
import { type LogExtent, measureExtent } from './log-extent.ts';
import type { LogOrderKey } from './log-order.ts';
import { createPatience, type LogPatience } from './log-patience.ts';
import { firstIds } from './log-ranking.ts';
import { literal, WHOLE_ROW } from './log-rows.ts';
import { type Direction, inOrder, slicesOf } from './log-slices.ts';
import { countOf, glanceAt, type LogTotal, totalOf, totalSeen } from './log-total.ts';
import type { Page, PageRequest } from './page.ts';
import { logs } from './schema/sqlite.ts';

export interface LogQuery extends PageRequest, LogSelection {
  readonly orderBy?: LogOrderKey | undefined;
  /** Newest or greatest first unless told otherwise. */
  readonly direction?: Direction | undefined;
  /** Wants the smallest and greatest values of all that is found. */
  readonly extent?: boolean | undefined;
}

export interface LogPage extends Page<LogRecord>, LogTotal {
  readonly extent?: LogExtent;
}

export interface LogParts {
  readonly database: SqlDatabase;
  readonly db: Drizzle;
  readonly counts: LogCounts;
}

/**
 * One page of a log. Rejects with `too_many_rows` when rows are so far apart that finding them would take too long, or
 * lie so far behind in an order that no index has.
 */
export async function listLogs(parts: LogParts, account: string, gateway: string, query: LogQuery): Promise<LogPage> {
  const { db, database } = parts;
  const selection = await rowIfNamed(db, account, gateway, query);
  const drive = driveOf(account, gateway, selection, database.dialect);
  const found = await findPage(db, drive, query, createPatience(FIND_MS));
  const total = found.total ?? (await totalOf(parts, account, gateway, drive));
  const least = (query.page - 1) * query.perPage + found.items.length;
  const extent = query.extent === true ? await measureExtent(db, drive, EXTENT_MS) : undefined;
  return {
    items: found.items,
    ...total,
    // Rows may have come or gone between the two questions.
    ...(found.items.length > 0 && total.total < least && { total: least }),
    ...(extent && { extent }),
  };
}

/** Somebody waits for an answer, and proxies cut it at thirty seconds or later. */
const FIND_MS = 20_000;
const EXTENT_MS = 5000;
const MOST_RANKED = 10_000;

/** Whoever looks for a whole id has copied it from somewhere, and wants that row alone. */
async function rowIfNamed(
  db: Drizzle,
  account: string,
  gateway: string,
  selection: LogSelection,
): Promise<LogSelection> {
  const { search, filters = [] } = selection;
  if (search === undefined || search === '') return selection;
  const [row] = await db
    .select({ id: logs.id })
    .from(logs)
    .where(and(eq(logs.id, search), eq(logs.account, account), eq(logs.gateway, gateway)))
    .limit(1);
  return row === undefined ? selection : { filters: [...filters, { key: 'id', operator: 'eq', value: [row.id] }] };
}

interface Found {
  readonly items: LogRecord[];
  /** Known where the rows were counted in passing. */
  readonly total: LogTotal | undefined;
}

function findPage(db: Drizzle, drive: Drive, query: LogQuery, patience: LogPatience): Promise<Found> {
  const { orderBy = 'created_at', direction = 'desc' } = query;
  const wanted = { skip: (query.page - 1) * query.perPage, count: query.perPage, direction };
  if (orderBy !== 'created_at') return findRanked(db, drive, { ...wanted, orderBy }, patience);
  if (drive.asked !== undefined) return findAsked(db, drive, wanted, patience);
  // An index alone gives the first pages.
  return wanted.skip <= NEAR_ROWS ? findAtOnce(db, drive, wanted) : findBySlices(db, drive, wanted, patience);
}

const NEAR_ROWS = 1000;

interface Wanted {
  readonly skip: number;
  readonly count: number;
  readonly direction: Direction;
}

async function findAtOnce(db: Drizzle, drive: Drive, wanted: Wanted): Promise<Found> {
  const items = await rowsOf(db, drive.from, drive.found, wanted);
  const isAll = items.length < wanted.count && (items.length > 0 || wanted.skip === 0);
  return { items, total: isAll ? { total: wanted.skip + items.length } : undefined };
}

/** Mostly the page lies among the first rows that an index finds. */
async function findAsked(db: Drizzle, drive: Drive, wanted: Wanted, patience: LogPatience): Promise<Found> {
  const seen = await glanceAt(db, drive, wanted.direction);
  const isNear = seen.isAll || seen.wanted >= wanted.skip + wanted.count;
  if (!isNear) {
    const { items, total } = await findBySlices(db, drive, wanted, patience);
    return { items, total: total ?? totalSeen(seen) };
  }
  return { items: await rowsOf(db, drive.from, and(drive.found, drive.asked), wanted), total: totalSeen(seen) };
}

async function findBySlices(db: Drizzle, drive: Drive, wanted: Wanted, patience: LogPatience): Promise<Found> {
  const items: LogRecord[] = [];
  let skip = wanted.skip;
  for await (const slice of slicesOf(db, drive, wanted.direction)) {
    if (skip > 0) {
      const inside = drive.asked === undefined ? slice.found : undefined;
      const passed = inside ?? (await countOf(db, drive.from, slice.wanted));
      if (passed <= skip) {
        skip -= passed;
        patience.spend(slice.found);
        continue;
      }
    }
    items.push(
      ...(await rowsOf(db, drive.from, slice.wanted, { ...wanted, skip, count: wanted.count - items.length })),
    );
    skip = 0;
    if (items.length === wanted.count) return { items, total: undefined };
    patience.spend(slice.found);
  }
  return { items, total: { total: wanted.skip - skip + items.length } };
}

async function findRanked(
  db: Drizzle,
  drive: Drive,
  { skip, count, direction, orderBy }: Wanted & { readonly orderBy: Exclude<LogOrderKey, 'created_at'> },
  patience: LogPatience,
): Promise<Found> {
  if (skip + count > MOST_RANKED) {
    throw new StorageError(
      'too_many_rows',
      `In another order than by "created_at" only the first ${MOST_RANKED} rows can be listed. Filter more narrowly, or turn the order round.`,
    );
  }
  const ids = (await firstIds(db, drive, { by: orderBy, direction }, skip + count, patience)).slice(skip);
  const rows = ids.length === 0 ? [] : await db.select().from(logs).where(inArray(logs.id, ids));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return { items: ids.flatMap((id) => byId.get(id) ?? []), total: undefined };
}

function rowsOf(
  db: Drizzle,
  from: SQL,
  where: SQL | undefined,
  { skip, count, direction }: Wanted,
): Promise<LogRecord[]> {
  return db
    .select(WHOLE_ROW)
    .from(from)
    .where(where)
    .orderBy(...inOrder(direction))
    .limit(literal(count))
    .offset(skip);
}
