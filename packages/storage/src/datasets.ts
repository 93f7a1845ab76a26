import { and, asc, count, eq, type SQL } from 'drizzle-orm';
import { contains } from './contains.ts';
import type { SqlDatabase } from './database.ts';
import type { Drizzle } from './drizzle.ts';
import { StorageError } from './errors.ts';
import type { JsonValue } from './gateway.ts';
import type { Page, PageRequest } from './page.ts';
import { datasets } from './schema/sqlite.ts';

/** Named filters over the log of a gateway. A dataset holds no rows: whoever evaluates it asks the log as it is then. */
export interface DatasetRepository {
  /** Rejects with `unknown_gateway`. */
  create(wanted: NewDataset): Promise<Dataset>;
  /** Oldest first. */
  list(account: string, gateway: string, query: DatasetQuery): Promise<Page<Dataset>>;
  get(account: string, gateway: string, id: string): Promise<Dataset | undefined>;
  /** Replaces name, filters and whether it is on. Undefined when there is no such dataset. */
  update(change: NewDataset & Pick<Dataset, 'id'>): Promise<Dataset | undefined>;
  /** Takes it away and gives it back. Evaluations keep what they found. */
  remove(account: string, gateway: string, id: string): Promise<Dataset | undefined>;
}

export interface Dataset extends NewDataset {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly modifiedAt: number;
}

export interface NewDataset {
  readonly account: string;
  readonly gateway: string;
  readonly name: string;
  readonly enable: boolean;
  /** A row is in it when all of them hold. */
  readonly filters: readonly DatasetFilter[];
}

/** One condition, named as the management API publishes it. */
export interface DatasetFilter {
  readonly key: DatasetFilterKey;
  readonly operator: 'eq' | 'contains' | 'lt' | 'gt';
  /** One of them has to fit. */
  readonly value: readonly (string | number | boolean)[];
}

export type DatasetFilterKey =
  | 'created_at'
  | 'request_content_type'
  | 'response_content_type'
  | 'success'
  | 'cached'
  | 'provider'
  | 'model'
  | 'cost'
  | 'tokens'
  | 'tokens_in'
  | 'tokens_out'
  | 'duration'
  | 'feedback';

export interface DatasetQuery extends PageRequest {
  readonly name?: string | undefined;
  readonly enable?: boolean | undefined;
  /** Only those whose id, name or filters contain this, upper and lower case alike. */
  readonly search?: string | undefined;
}

/** Datasets over drizzle. */
export function createDatasets(database: SqlDatabase, db: Drizzle, now: () => number): DatasetRepository {
  const get = async (account: string, gateway: string, id: string): Promise<Dataset | undefined> => {
    const rows = await db
      .select()
      .from(datasets)
      .where(isDataset(account, gateway, id))
      .limit(1);
    return rows[0] && toDataset(rows[0]);
  };
  return {
    async create({ account, gateway, name, enable, filters }) {
      const id = crypto.randomUUID();
      const time = now();
      const row = [id, account, gateway, name, enable ? 1 : 0, JSON.stringify(filters), time, time, account, gateway];
      await database.write([{ sql: INSERT, rows: [row] }]);
      const created = await get(account, gateway, id);
      if (created !== undefined) return created;
      throw new StorageError('unknown_gateway', `Account "${account}" has no gateway "${gateway}".`);
    },
    list: (account, gateway, query) => list(db, account, gateway, query),
    get,
    async update({ account, gateway, id, name, enable, filters }) {
      const [updated] = await db
        .update(datasets)
        .set({ name, enable, filters: filters as unknown as JsonValue, modifiedAt: now() })
        .where(isDataset(account, gateway, id))
        .returning();
      return updated && toDataset(updated);
    },
    async remove(account, gateway, id) {
      const [removed] = await db
        .delete(datasets)
        .where(isDataset(account, gateway, id))
        .returning();
      return removed && toDataset(removed);
    },
  };
}

/** Asked in the same statement: a gateway that is removed meanwhile must leave no dataset behind. */
const INSERT =
  'INSERT INTO datasets (id, account, gateway, name, enable, filters, created_at, modified_at) ' +
  'SELECT ?, ?, ?, ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM gateways WHERE account = ? AND id = ?)';

async function list(db: Drizzle, account: string, gateway: string, query: DatasetQuery): Promise<Page<Dataset>> {
  const { page, perPage, name, enable, search } = query;
  const matches = and(
    isOf(account, gateway),
    name === undefined ? undefined : eq(datasets.name, name),
    enable === undefined ? undefined : eq(datasets.enable, enable),
    contains([datasets.id, datasets.name, datasets.filters], search),
  );
  const [counted] = await db.select({ total: count() }).from(datasets).where(matches);
  const rows = await db
    .select()
    .from(datasets)
    .where(matches)
    .orderBy(asc(datasets.createdAt), asc(datasets.id))
    .limit(perPage)
    .offset((page - 1) * perPage);
  return { items: rows.map(toDataset), total: counted?.total ?? 0 };
}

/** Only what `create` and `update` were given is ever stored. */
export function toDataset(row: Omit<Dataset, 'filters'> & { readonly filters: JsonValue }): Dataset {
  return { ...row, filters: row.filters as unknown as readonly DatasetFilter[] };
}

function isDataset(account: string, gateway: string, id: string): SQL | undefined {
  return and(isOf(account, gateway), eq(datasets.id, id));
}

function isOf(account: string, gateway: string): SQL | undefined {
  return and(eq(datasets.account, account), eq(datasets.gateway, gateway));
}
