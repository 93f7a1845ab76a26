import type { RollupDimension, RollupFilter, RollupQuery } from '@sluice/storage';

/** What `storage.rollups.read` needs of a choice of calls. */
export type Choice = Pick<RollupQuery, 'by' | 'metadata' | 'filter'>;

/** The parameters that choose calls; of each any of the values counts. `metadata.{key}` may be among them. */
export interface Given {
  readonly gateway?: readonly string[] | undefined;
  readonly provider?: readonly string[] | undefined;
  readonly model?: readonly string[] | undefined;
  /** A number, or a class such as `5xx`. */
  readonly status?: readonly string[] | undefined;
  readonly error?: readonly string[] | undefined;
  readonly cached?: 'true' | 'false' | undefined;
  readonly [metadata: `metadata.${string}`]: unknown;
}

/** What the storage is to be asked. A sentence says why it can't be. */
export function toChoice(given: Given, by: string | undefined): Choice | string {
  const pairs = Object.entries(given).filter(([name]) => isMetadata(name));
  const keys = new Set([...pairs.map(([name]) => name), ...(by?.startsWith('metadata.') ? [by] : [])]);
  const [name] = keys;
  if (name === undefined) {
    const dimension = by as RollupDimension | undefined;
    // A list of errors with all the successes on top is no list of errors.
    const failed: RollupFilter[] = by === 'error' ? [{ dimension: 'failed', operator: 'eq', value: true }] : [];
    const filter = { all: [...failed, ...filtersOf(given)] };
    return { by: dimension === undefined ? [] : [dimension], filter };
  }
  if (keys.size > 1) return 'Calls are added up by one key of metadata at a time: name one of them.';
  const others = [by, ...Object.keys(given)].filter((each) => each !== undefined && KNOWN.has(each));
  if (others.length > 0) {
    return `Metadata is added up by gateway alone: leave out ${others.join(', ')}, or look into the log.`;
  }
  const value = pairs[0]?.[1];
  if (value !== undefined && typeof value !== 'string') return `Give "${name}" once.`;
  const gateways = filtersOf({ ...(given.gateway !== undefined && { gateway: given.gateway }) });
  const dimension = by === undefined ? [] : ([by === 'gateway' ? 'gateway' : 'metadata'] as const);
  return { by: dimension, metadata: { key: name.slice('metadata.'.length), value }, filter: { all: gateways } };
}

/** All but the gateway. */
const KNOWN: ReadonlySet<string> = new Set(['provider', 'model', 'status', 'error', 'cached']);

function filtersOf({ gateway, provider, model, status, error, cached }: Given): RollupFilter[] {
  const named = { gateway, provider, model, error };
  const filters: RollupFilter[] = Object.entries(named).flatMap(([dimension, value]) =>
    value === undefined ? [] : [{ dimension: dimension as RollupDimension, operator: 'in', value }],
  );
  if (status !== undefined) filters.push({ any: status.map(statusFilter) });
  if (cached !== undefined) filters.push({ dimension: 'cached', operator: 'eq', value: cached === 'true' });
  return filters;
}

function statusFilter(text: string): RollupFilter {
  const dimension = 'status';
  if (!text.endsWith('xx')) return { dimension, operator: 'eq', value: Number(text) };
  const low = Number(text[0]) * 100;
  return {
    all: [
      { dimension, operator: 'geq', value: low },
      { dimension, operator: 'lt', value: low + 100 },
    ],
  };
}

/** Whether a parameter is for the value of a key of metadata. */
export function isMetadata(name: string): boolean {
  return METADATA.test(name);
}

const METADATA = /^metadata\..{1,200}$/;
