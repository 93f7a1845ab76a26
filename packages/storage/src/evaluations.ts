import { and, asc, count, eq, type SQL } from 'drizzle-orm';
import { contains } from './contains.ts';
import type { SqlDatabase } from './database.ts';
import type { Dataset } from './datasets.ts';
import type { Drizzle } from './drizzle.ts';
import { StorageError } from './errors.ts';
import type { JsonValue } from './gateway.ts';
import { type LogMeasures, measureLogs } from './log-measures.ts';
import type { Page, PageRequest } from './page.ts';
import { evaluations } from './schema/sqlite.ts';

/** What was found out about datasets at one moment. An evaluation never changes: the log goes on, and another one says more. */
export interface EvaluationRepository {
  /**
   * What there is to say about the rows that are in any of these datasets, now. The database adds up. Rejects with
   * `too_many_rows` when that takes more than 45 seconds.
   */
  measure(account: string, gateway: string, datasets: readonly Pick<Dataset, 'filters'>[]): Promise<LogMeasures>;
  /** Keeps what was found. Rejects with `unknown_gateway`. */
  create(wanted: NewEvaluation): Promise<Evaluation>;
  /** Oldest first. */
  list(account: string, gateway: string, query: EvaluationQuery): Promise<Page<Evaluation>>;
  get(account: string, gateway: string, id: string): Promise<Evaluation | undefined>;
  /** Takes it away and gives it back. */
  remove(account: string, gateway: string, id: string): Promise<Evaluation | undefined>;
}

export interface NewEvaluation {
  readonly account: string;
  readonly gateway: string;
  readonly name: string;
  /** False when it could not be computed; the results say why. */
  readonly processed: boolean;
  /** How many rows were looked at. */
  readonly totalLogs: number;
  /** As they were then. */
  readonly datasets: readonly Dataset[];
  readonly results: readonly EvaluationResult[];
}

export interface Evaluation extends NewEvaluation {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly modifiedAt: number;
}

/** What one type of evaluation says. */
export interface EvaluationResult {
  readonly id: string;
  readonly type: string;
  readonly result: string;
  readonly status: number;
  readonly statusDescription: string;
  /** How many rows it rests on. */
  readonly totalLogs: number;
}

export interface EvaluationQuery extends PageRequest {
  readonly name?: string | undefined;
  readonly processed?: boolean | undefined;
  /** Only those whose id or name contains this, upper and lower case alike. */
  readonly search?: string | undefined;
}

/** Evaluations over drizzle. */
export function createEvaluations(database: SqlDatabase, db: Drizzle, now: () => number): EvaluationRepository {
  const get = async (account: string, gateway: string, id: string): Promise<Evaluation | undefined> => {
    const rows = await db
      .select()
      .from(evaluations)
      .where(isEvaluation(account, gateway, id))
      .limit(1);
    return rows[0] && toEvaluation(rows[0]);
  };
  return {
    measure: (account, gateway, datasets) => measureLogs({ db, dialect: database.dialect, account, gateway }, datasets),
    async create({ account, gateway, name, processed, totalLogs, datasets, results }) {
      const id = crypto.randomUUID();
      const time = now();
      const found = [JSON.stringify(datasets), JSON.stringify(results), time, time];
      const row = [id, account, gateway, name, processed ? 1 : 0, totalLogs, ...found, account, gateway];
      await database.write([{ sql: INSERT, rows: [row] }]);
      const created = await get(account, gateway, id);
      if (created !== undefined) return created;
      throw new StorageError('unknown_gateway', `Account "${account}" has no gateway "${gateway}".`);
    },
    list: (account, gateway, query) => list(db, account, gateway, query),
    get,
    async remove(account, gateway, id) {
      const [removed] = await db
        .delete(evaluations)
        .where(isEvaluation(account, gateway, id))
        .returning();
      return removed && toEvaluation(removed);
    },
  };
}

/** Asked in the same statement: a gateway that is removed meanwhile must leave no evaluation behind. */
const INSERT =
  'INSERT INTO evaluations (id, account, gateway, name, processed, total_logs, datasets, results, created_at, modified_at) ' +
  'SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM gateways WHERE account = ? AND id = ?)';

async function list(db: Drizzle, account: string, gateway: string, query: EvaluationQuery): Promise<Page<Evaluation>> {
  const { page, perPage, name, processed, search } = query;
  const matches = and(
    isOf(account, gateway),
    name === undefined ? undefined : eq(evaluations.name, name),
    processed === undefined ? undefined : eq(evaluations.processed, processed),
    contains([evaluations.id, evaluations.name], search),
  );
  const [counted] = await db.select({ total: count() }).from(evaluations).where(matches);
  const rows = await db
    .select()
    .from(evaluations)
    .where(matches)
    .orderBy(asc(evaluations.createdAt), asc(evaluations.id))
    .limit(perPage)
    .offset((page - 1) * perPage);
  return { items: rows.map(toEvaluation), total: counted?.total ?? 0 };
}

/** Only what `create` was given is ever stored. */
function toEvaluation({ datasets, results, ...row }: typeof evaluations.$inferSelect): Evaluation {
  return { ...row, datasets: stored<Dataset>(datasets), results: stored<EvaluationResult>(results) };
}

function stored<T>(value: JsonValue): readonly T[] {
  return value as unknown as readonly T[];
}

function isEvaluation(account: string, gateway: string, id: string): SQL | undefined {
  return and(isOf(account, gateway), eq(evaluations.id, id));
}

function isOf(account: string, gateway: string): SQL | undefined {
  return and(eq(evaluations.account, account), eq(evaluations.gateway, gateway));
}
