import { type SQL, sql } from 'drizzle-orm';
import type { LogFilterValue } from './log-filter.ts';
import { logs } from './schema/sqlite.ts';

/** Something of a row that can be compared. */
export interface LogField {
  readonly kind: FieldKind;
  readonly value: SQL;
}

/** What its values are: `money` is dollars in filters and nanodollars in the table, `feedback` says 0 for -1 too. */
export type FieldKind = 'text' | 'flag' | 'time' | 'whole' | 'real' | 'money' | 'feedback';

/** What a filter's key stands for. Undefined for a key that nobody knows. */
export function logField(key: string): LogField | undefined {
  return Object.hasOwn(FIELDS, key) ? FIELDS[key as keyof typeof FIELDS] : undefined;
}

/** The value as the table holds it, or undefined when it is none of this kind. */
export function storedValue(kind: FieldKind, value: LogFilterValue): StoredValue | undefined {
  if (value === null) return null;
  switch (kind) {
    case 'text':
      return String(value);
    case 'flag':
      return FLAGS.get(value);
    case 'time':
      return typeof value === 'boolean' ? undefined : momentOf(value);
    case 'money': {
      const dollars = numberOf(value);
      // Nobody writes more than a thousandth of a nanodollar; beyond it is only the noise of binary fractions.
      return dollars === undefined ? undefined : Number((dollars * 1e9).toFixed(3));
    }
    default:
      return numberOf(value);
  }
}

export type StoredValue = string | number | null;

/** Also texts: some ways to write a query know nothing else. */
const FLAGS: ReadonlyMap<unknown, number> = new Map<unknown, number>([
  [true, 1],
  ['true', 1],
  [1, 1],
  ['1', 1],
  [false, 0],
  ['false', 0],
  [0, 0],
  ['0', 0],
]);

/** A number, also one that is written as text. */
export function numberOf(value: string | number | boolean): number | undefined {
  const number = typeof value === 'string' && /^\s*$/.test(value) ? Number.NaN : Number(value);
  return typeof value !== 'boolean' && Number.isFinite(number) ? number : undefined;
}

/** A date, or a date with a time; without a zone it is UTC. */
function momentOf(value: string | number): number | undefined {
  if (typeof value === 'number' || /^-?\d+$/.test(value)) return numberOf(value);
  const text = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?$/.test(value)
    ? `${value.replace(' ', 'T')}`
    : value;
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return undefined;
  const moment = Date.parse(/T[\d:.]+$/.test(text) ? `${text}Z` : text);
  return Number.isNaN(moment) ? undefined : moment;
}

const FIELDS = {
  id: { kind: 'text', value: sql`${logs.id}` },
  created_at: { kind: 'time', value: sql`${logs.createdAt}` },
  request_content_type: { kind: 'text', value: sql`${logs.requestContentType}` },
  response_content_type: { kind: 'text', value: sql`${logs.responseContentType}` },
  request_type: { kind: 'text', value: sql`${logs.requestType}` },
  success: { kind: 'flag', value: sql`${logs.success}` },
  cached: { kind: 'flag', value: sql`${logs.cached}` },
  provider: { kind: 'text', value: sql`${logs.provider}` },
  model: { kind: 'text', value: sql`${logs.model}` },
  model_type: { kind: 'text', value: sql`${logs.modelType}` },
  cost: { kind: 'money', value: sql`${logs.costNanos}` },
  // Where only one side is known, that is what there is to compare.
  tokens: {
    kind: 'whole',
    value: sql`coalesce(${logs.tokensIn} + ${logs.tokensOut}, ${logs.tokensIn}, ${logs.tokensOut})`,
  },
  tokens_in: { kind: 'whole', value: sql`${logs.tokensIn}` },
  tokens_out: { kind: 'whole', value: sql`${logs.tokensOut}` },
  duration: { kind: 'whole', value: sql`${logs.durationMs}` },
  feedback: { kind: 'feedback', value: sql`${logs.feedback}` },
  event_id: { kind: 'text', value: sql`${logs.eventId}` },
  authentication: { kind: 'flag', value: sql`${logs.authenticated}` },
  user_agent: { kind: 'text', value: sql`${logs.userAgent}` },
  // Nothing is resold here, and what is not recorded is null.
  wholesale: { kind: 'flag', value: sql`CAST(0 AS INTEGER)` },
  compatibilityMode: { kind: 'flag', value: sql`CAST(NULL AS INTEGER)` },
  dlp_action: { kind: 'text', value: sql`CAST(NULL AS TEXT)` },
  // Beyond the published ones.
  status_code: { kind: 'whole', value: sql`${logs.statusCode}` },
  path: { kind: 'text', value: sql`${logs.path}` },
  error_code: { kind: 'text', value: sql`${logs.errorCode}` },
  finish_reason: { kind: 'text', value: sql`${logs.finishReason}` },
  streamed: { kind: 'flag', value: sql`${logs.streamed}` },
  partial: { kind: 'flag', value: sql`${logs.partial}` },
  abandoned: { kind: 'flag', value: sql`${logs.abandoned}` },
  step: { kind: 'whole', value: sql`${logs.step}` },
  latency: { kind: 'whole', value: sql`${logs.latencyMs}` },
  time_to_first_chunk: { kind: 'whole', value: sql`${logs.timeToFirstChunkMs}` },
  score: { kind: 'real', value: sql`${logs.score}` },
} as const satisfies Readonly<Record<string, LogField>>;

/** Every key but those of metadata, the published ones first. */
export const LOG_FIELD_KEYS: readonly string[] = Object.keys(FIELDS);
