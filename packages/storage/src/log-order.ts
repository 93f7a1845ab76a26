import { type SQL, sql } from 'drizzle-orm';
import { logs } from './schema/sqlite.ts';

/** What rows can be put in order by; rows that are equal in it are in order of time. */
export type LogOrderKey =
  | 'created_at'
  | 'provider'
  | 'model'
  | 'model_type'
  | 'success'
  | 'cached'
  | 'cost'
  | 'tokens_in'
  | 'tokens_out'
  | 'duration'
  | 'feedback';

/** What stands for it in a row. */
export function orderValue(key: Exclude<LogOrderKey, 'created_at'>): SQL<string | number | null> {
  return ORDERS[key];
}

const ORDERS: Readonly<Record<Exclude<LogOrderKey, 'created_at'>, SQL<string | number | null>>> = {
  provider: sql<string>`${logs.provider}`,
  model: sql<string>`${logs.model}`,
  model_type: sql<string>`${logs.modelType}`,
  success: sql<number>`${logs.success}`,
  cached: sql<number>`${logs.cached}`,
  cost: sql<number | null>`${logs.costNanos}`,
  tokens_in: sql<number | null>`${logs.tokensIn}`,
  tokens_out: sql<number | null>`${logs.tokensOut}`,
  duration: sql<number>`${logs.durationMs}`,
  feedback: sql<number | null>`${logs.feedback}`,
};

/** Every key, the usual one first. */
export const LOG_ORDER_KEYS: readonly LogOrderKey[] = ['created_at', ...(Object.keys(ORDERS) as LogOrderKey[])];
