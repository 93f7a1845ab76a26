import type { RollupDimension } from '@sluice/storage';

/** A node of groups, as Cloudflare's GraphQL API has them. */
export interface NodeSpec {
  readonly name: string;
  /** What the names of its types begin with. */
  readonly type: string;
  readonly dimensions: readonly DimensionSpec[];
  readonly values: readonly ValueSpec[];
}

/** Something that rows can be told apart by. */
export interface DimensionSpec {
  readonly name: string;
  readonly type: string;
  /** Where it comes from; `unknown` is kept by nobody, and null. */
  readonly source: { readonly step: number } | { readonly column: RollupDimension } | 'setting' | 'unknown';
  readonly what: string;
}

/** A number, alone or in a group of them such as `sum`. */
export interface ValueSpec {
  readonly group?: string;
  readonly name: string;
  readonly type: string;
  readonly what: string;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const TIMES: readonly DimensionSpec[] = [
  { name: 'date', type: 'Date', source: { step: 24 * HOUR }, what: 'The day, in UTC.' },
  { name: 'datetime', type: 'Time', source: { step: MINUTE }, what: 'The minute: nothing finer is kept.' },
  { name: 'datetimeMinute', type: 'Time', source: { step: MINUTE }, what: 'The minute; after six hours the hour.' },
  { name: 'datetimeFiveMinutes', type: 'Time', source: { step: 5 * MINUTE }, what: 'Five minutes.' },
  { name: 'datetimeFifteenMinutes', type: 'Time', source: { step: 15 * MINUTE }, what: 'Fifteen minutes.' },
  { name: 'datetimeHour', type: 'Time', source: { step: HOUR }, what: 'The hour; after seven days the day.' },
];

const CALLED: readonly DimensionSpec[] = [
  { name: 'gateway', type: 'string', source: { column: 'gateway' }, what: 'The id of the gateway.' },
  { name: 'provider', type: 'string', source: { column: 'provider' }, what: 'Who was called.' },
  {
    name: 'model',
    type: 'string',
    source: { column: 'model' },
    what: 'The model that answered, else the one asked for.',
  },
];

const STATUS: DimensionSpec = {
  name: 'statusCode',
  type: 'uint16',
  source: { column: 'status' },
  what: 'The HTTP status of the answer.',
};

const CACHE = "`hit` for an answer from the gateway's cache, else `miss`.";

const COUNT: ValueSpec = { name: 'count', type: 'uint64', what: 'How many requests.' };

/** The sums of requests. */
export const SUMS: readonly ValueSpec[] = [
  { name: 'cachedRequests', type: 'uint64', what: "Requests that were answered from the gateway's cache." },
  { name: 'erroredRequests', type: 'uint64', what: 'Requests that did not end in a whole success.' },
  { name: 'cachedTokensIn', type: 'uint64', what: 'Input tokens of requests answered from the cache.' },
  { name: 'cachedTokensOut', type: 'uint64', what: 'Output tokens of requests answered from the cache.' },
  { name: 'uncachedTokensIn', type: 'uint64', what: 'Input tokens of all others.' },
  { name: 'uncachedTokensOut', type: 'uint64', what: 'Output tokens of all others.' },
  { name: 'tokensIn', type: 'uint64', what: 'Input tokens.' },
  { name: 'tokensOut', type: 'uint64', what: 'Output tokens.' },
  { name: 'cost', type: 'float64', what: 'US dollars.' },
].map((value) => ({ group: 'sum', ...value }));

/** Every node that accounts have. */
export const NODES: Readonly<Record<'requests' | 'errors' | 'cache' | 'size', NodeSpec>> = {
  requests: {
    name: 'aiGatewayRequestsAdaptiveGroups',
    type: 'AccountAiGatewayRequestsAdaptiveGroups',
    dimensions: [
      ...TIMES,
      ...CALLED,
      STATUS,
      { name: 'cached', type: 'uint8', source: { column: 'cached' }, what: "1 for answers from the gateway's cache." },
      { name: 'error', type: 'uint8', source: { column: 'failed' }, what: '1 for all but whole successes.' },
      {
        name: 'rateLimited',
        type: 'uint8',
        source: { column: 'rateLimited' },
        what: '1 for calls above a rate limit.',
      },
      ...['userAgent', 'metadataRaw'].map((name) => unknown(name, 'string')),
      unknown('wholesale', 'uint8'),
      unknown('durationMs', 'uint32'),
    ],
    values: [COUNT, ...SUMS],
  },
  errors: {
    name: 'aiGatewayErrorsAdaptiveGroups',
    type: 'AccountAiGatewayErrorsAdaptiveGroups',
    dimensions: [...TIMES, ...CALLED, STATUS],
    values: [{ ...COUNT, what: 'How many requests that did not end in a whole success.' }],
  },
  cache: {
    name: 'aiGatewayCacheAdaptiveGroups',
    type: 'AccountAiGatewayCacheAdaptiveGroups',
    dimensions: [
      ...TIMES,
      ...CALLED,
      { name: 'cacheStatus', type: 'string', source: { column: 'cached' }, what: CACHE },
      { name: 'cacheOp', type: 'string', source: { column: 'cached' }, what: CACHE },
    ],
    values: [COUNT],
  },
  size: {
    name: 'aiGatewaySizeAdaptiveGroups',
    type: 'AccountAiGatewaySizeAdaptiveGroups',
    dimensions: [
      { name: 'gateway', type: 'string', source: 'setting', what: 'The id of the gateway.' },
      { name: 'logManagement', type: 'uint64', source: 'setting', what: 'How many rows its log may have.' },
    ],
    values: [{ group: 'max', name: 'rows', type: 'uint64', what: 'How many rows its log has now.' }],
  },
};

function unknown(name: string, type: string): DimensionSpec {
  return { name, type, source: 'unknown', what: 'Not kept in roll-ups, so always null: the log has it.' };
}
