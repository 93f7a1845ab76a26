import type { LogAttempt, Metadata, TrafficPolicies } from '@sluice/core';
import { type SQL, sql } from 'drizzle-orm';
import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { JsonValue } from '../gateway.ts';
import { bytes } from './bytes.ts';

/** Who owns gateways and tokens. */
export const accounts = sqliteTable('accounts', {
  id: text('id').primaryKey(),
  createdAt: integer('created_at').notNull(),
});

/** One row per gateway: every published setting, whether this version acts on it or not. */
export const gateways = sqliteTable(
  'gateways',
  {
    account: text('account')
      .notNull()
      .references(() => accounts.id),
    id: text('id').notNull(),
    description: text('description'),
    isDefault: flag('is_default'),
    // Null: nobody chose, so each process decides by who can reach it.
    authentication: integer('authentication', { mode: 'boolean' }),
    collectLogs: flag('collect_logs'),
    logManagement: integer('log_management'),
    logManagementStrategy: text('log_management_strategy', { enum: ['STOP_INSERTING', 'DELETE_OLDEST'] }),
    logClassification: flag('log_classification'),
    logpush: flag('logpush'),
    logpushPublicKey: text('logpush_public_key'),
    cacheTtl: integer('cache_ttl').notNull(),
    cacheInvalidateOnUpdate: flag('cache_invalidate_on_update'),
    rateLimitingInterval: integer('rate_limiting_interval'),
    rateLimitingLimit: integer('rate_limiting_limit'),
    rateLimitingTechnique: text('rate_limiting_technique', { enum: ['fixed', 'sliding'] }),
    retryMaxAttempts: integer('retry_max_attempts'),
    retryDelay: integer('retry_delay'),
    retryBackoff: text('retry_backoff', { enum: ['constant', 'linear', 'exponential'] }),
    byokOnly: flag('byok_only'),
    storeId: text('store_id'),
    workersAiBillingMode: text('workers_ai_billing_mode', { enum: ['postpaid', 'unified'] }).notNull(),
    zdr: flag('zdr'),
    dlp: json('dlp'),
    guardrails: json('guardrails'),
    otel: json('otel'),
    spendLimits: json('spend_limits'),
    stripe: json('stripe'),
    traffic: text('traffic', { mode: 'json' }).$type<TrafficPolicies>(),
    cachePurgedAt: integer('cache_purged_at'),
    createdAt: integer('created_at').notNull(),
    modifiedAt: integer('modified_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.account, table.id] }),
    index('gateways_created').on(table.account, table.createdAt, table.id),
  ],
);

/** Tokens of people and programs. The token itself is nowhere, only its SHA-256 in lower-case hex. */
export const tokens = sqliteTable('tokens', {
  id: text('id').primaryKey(),
  account: text('account')
    .notNull()
    .references(() => accounts.id),
  name: text('name').notNull(),
  kind: text('kind', { enum: ['management', 'gateway'] })
    .notNull()
    .default('management'),
  // What a management token may do; null for gateway tokens. Those made before there were roles may do everything.
  role: text('role', { enum: ['owner', 'editor', 'viewer'] }).default('owner'),
  // Null: every gateway of the account.
  gateway: text('gateway'),
  hash: text('hash').notNull().unique(),
  createdAt: integer('created_at').notNull(),
});

/** Credentials of providers. The secret is sealed; `preview` is what people may see of it. */
export const credentials = sqliteTable(
  'credentials',
  {
    id: text('id').primaryKey(),
    account: text('account')
      .notNull()
      .references(() => accounts.id),
    gateway: text('gateway').notNull(),
    provider: text('provider').notNull(),
    alias: text('alias').notNull(),
    isDefault: flag('is_default'),
    sealed: bytes('sealed').notNull(),
    preview: text('preview').notNull(),
    rateLimit: integer('rate_limit'),
    // Seconds.
    rateLimitPeriod: integer('rate_limit_period'),
    createdAt: integer('created_at').notNull(),
    modifiedAt: integer('modified_at').notNull(),
  },
  (table) => [index('credentials_of').on(table.account, table.gateway, table.provider)],
);

/** Calls that went wrong. Partial indexes know them by these words, and so do the queries that use them. */
export const FAILED: SQL = sql.raw('(success = 0 OR status_code >= 400)');

/** One row per call. It names account and gateway without a foreign key: rows outlive their gateway. */
export const logs = sqliteTable(
  'logs',
  {
    id: text('id').primaryKey(),
    account: text('account').notNull(),
    gateway: text('gateway').notNull(),
    createdAt: integer('created_at').notNull(),
    eventId: text('event_id').notNull(),
    step: integer('step').notNull(),
    provider: text('provider').notNull(),
    model: text('model').notNull(),
    modelType: text('model_type').notNull(),
    method: text('method').notNull(),
    path: text('path').notNull(),
    requestType: text('request_type').notNull(),
    requestContentType: text('request_content_type').notNull(),
    responseContentType: text('response_content_type').notNull(),
    statusCode: integer('status_code').notNull(),
    success: flag('success'),
    cached: flag('cached'),
    streamed: flag('streamed'),
    abandoned: flag('abandoned'),
    partial: flag('partial'),
    errorCode: text('error_code'),
    errorMessage: text('error_message'),
    finishReason: text('finish_reason'),
    durationMs: integer('duration_ms').notNull(),
    latencyMs: integer('latency_ms').notNull(),
    timeToFirstChunkMs: integer('time_to_first_chunk_ms'),
    tokensIn: integer('tokens_in'),
    tokensOut: integer('tokens_out'),
    cacheReadTokens: integer('cache_read_tokens'),
    cacheWriteTokens: integer('cache_write_tokens'),
    reasoningTokens: integer('reasoning_tokens'),
    inputAudioTokens: integer('input_audio_tokens'),
    outputAudioTokens: integer('output_audio_tokens'),
    costNanos: integer('cost_nanos'),
    customCost: flag('custom_cost'),
    metadata: text('metadata', { mode: 'json' }).$type<Metadata>(),
    userAgent: text('user_agent'),
    authenticated: flag('authenticated'),
    requestSize: integer('request_size').notNull(),
    responseSize: integer('response_size').notNull(),
    attempts: text('attempts', { mode: 'json' }).$type<readonly LogAttempt[]>().notNull(),
    // What people thought of the answer, later.
    feedback: integer('feedback'),
    score: real('score'),
  },
  (table) => [
    // The newest page of a gateway is one short walk. An index costs about a microsecond a row: one per list in use. The
    // last columns order nothing: whether a row went well is told without looking it up.
    index('logs_newest').on(
      table.account,
      table.gateway,
      table.createdAt,
      table.id,
      table.success,
      table.cached,
      table.statusCode,
    ),
    index('logs_model').on(
      table.account,
      table.gateway,
      table.model,
      table.createdAt,
      table.id,
      table.success,
      table.cached,
      table.statusCode,
    ),
    // Failures are few, so these cost next to nothing. Lists repeat the condition word for word: see log-drive.ts.
    index('logs_failed')
      .on(table.account, table.gateway, table.createdAt, table.id, table.success, table.statusCode)
      .where(FAILED),
    index('logs_failed_model')
      .on(table.account, table.gateway, table.model, table.createdAt, table.id, table.success, table.statusCode)
      .where(FAILED),
  ],
);

/**
 * How many rows of a gateway's log are older than a moment, so that counting all of them means counting the youngest.
 * What is written late or deleted is made up for in the same transaction.
 */
export const logCounts = sqliteTable(
  'log_counts',
  {
    account: text('account').notNull(),
    gateway: text('gateway').notNull(),
    // Milliseconds since 1970; rows of this moment are not counted yet.
    countedUntil: integer('counted_until').notNull(),
    rowCount: integer('row_count').notNull(),
  },
  (table) => [primaryKey({ columns: [table.account, table.gateway] })],
);

/**
 * What was said, in pieces: D1 takes no row above 2 MB, and a head is read without the rest. A piece of both sides is
 * one row, so nearly every call has one. Null is where a side is shorter, or not kept.
 */
export const logBodies = sqliteTable(
  'log_bodies',
  {
    logId: text('log_id').notNull(),
    piece: integer('piece').notNull(),
    request: bytes('request'),
    response: bytes('response'),
  },
  (table) => [primaryKey({ columns: [table.logId, table.piece] })],
);

/** Whoever signed in with a browser. The cookie's secret is nowhere, only its SHA-256 in lower-case hex. */
export const sessions = sqliteTable('sessions', {
  hash: text('hash').primaryKey(),
  account: text('account')
    .notNull()
    .references(() => accounts.id),
  role: text('role', { enum: ['owner', 'editor', 'viewer'] }).notNull(),
  // Who it is: a token's id, or what an identity provider calls the person.
  subject: text('subject').notNull(),
  name: text('name').notNull(),
  // The token that signed in: the session ends with it.
  tokenId: text('token_id'),
  createdAt: integer('created_at').notNull(),
  expiresAt: integer('expires_at').notNull(),
});

/** Every change that somebody made through the management API. */
export const auditLog = sqliteTable(
  'audit_log',
  {
    id: text('id').primaryKey(),
    account: text('account').notNull(),
    createdAt: integer('created_at').notNull(),
    actorId: text('actor_id').notNull(),
    actorName: text('actor_name').notNull(),
    // `gateway.updated`
    action: text('action').notNull(),
    resourceType: text('resource_type').notNull(),
    resourceId: text('resource_id').notNull(),
    before: json('before'),
    after: json('after'),
  },
  (table) => [index('audit_log_newest').on(table.account, table.createdAt, table.id)],
);

/** Named filters over the log of a gateway. */
export const datasets = sqliteTable(
  'datasets',
  {
    id: text('id').primaryKey(),
    account: text('account').notNull(),
    gateway: text('gateway').notNull(),
    name: text('name').notNull(),
    enable: flag('enable'),
    filters: json('filters').notNull(),
    createdAt: integer('created_at').notNull(),
    modifiedAt: integer('modified_at').notNull(),
  },
  (table) => [index('datasets_of').on(table.account, table.gateway, table.createdAt, table.id)],
);

/** What was found out about the rows of datasets at one moment. */
export const evaluations = sqliteTable(
  'evaluations',
  {
    id: text('id').primaryKey(),
    account: text('account').notNull(),
    gateway: text('gateway').notNull(),
    name: text('name').notNull(),
    processed: flag('processed'),
    totalLogs: integer('total_logs').notNull(),
    // As they were then.
    datasets: json('datasets').notNull(),
    results: json('results').notNull(),
    createdAt: integer('created_at').notNull(),
    modifiedAt: integer('modified_at').notNull(),
  },
  (table) => [index('evaluations_of').on(table.account, table.gateway, table.createdAt, table.id)],
);

/** Providers of an account's own; clients write `custom-{slug}`. */
export const customProviders = sqliteTable(
  'custom_providers',
  {
    id: text('id').primaryKey(),
    account: text('account')
      .notNull()
      .references(() => accounts.id),
    slug: text('slug').notNull(),
    name: text('name').notNull(),
    baseUrl: text('base_url').notNull(),
    enable: flag('enable'),
    beta: flag('beta'),
    description: text('description'),
    link: text('link'),
    logo: text('logo'),
    curlExample: text('curl_example'),
    jsExample: text('js_example'),
    // JSON text of headers that are sent where the client did not say.
    headers: text('headers'),
    position: integer('position'),
    createdAt: integer('created_at').notNull(),
    modifiedAt: integer('modified_at').notNull(),
  },
  (table) => [uniqueIndex('custom_providers_slug').on(table.account, table.slug)],
);

/**
 * What the log says of one minute, hour or day, by what people group by. Each process writes rows of its own, since the
 * sketches of quantiles in them can only be merged by a program. What was merged stays for a while as `kept_…`.
 */
export const rollups = sqliteTable(
  'rollups',
  {
    period: text('period', { enum: ['minute', 'hour', 'day', 'kept_minute', 'kept_hour'] }).notNull(),
    // Milliseconds since 1970.
    start: integer('start').notNull(),
    account: text('account').notNull(),
    gateway: text('gateway').notNull(),
    provider: text('provider').notNull(),
    model: text('model').notNull(),
    statusCode: integer('status_code').notNull(),
    errorCode: text('error_code').notNull(),
    cached: flag('cached'),
    writer: text('writer').notNull(),
    ...sums(),
    durations: bytes('durations').notNull(),
    firstChunks: bytes('first_chunks').notNull(),
  },
  (table) => [
    primaryKey({
      columns: [
        table.period,
        table.account,
        table.gateway,
        table.start,
        table.provider,
        table.model,
        table.statusCode,
        table.errorCode,
        table.cached,
        table.writer,
      ],
    }),
  ],
);

/** The same by each pair of metadata. */
export const metadataRollups = sqliteTable(
  'metadata_rollups',
  {
    period: text('period', { enum: ['minute', 'hour', 'day', 'kept_minute', 'kept_hour'] }).notNull(),
    start: integer('start').notNull(),
    account: text('account').notNull(),
    gateway: text('gateway').notNull(),
    key: text('key').notNull(),
    value: text('value').notNull(),
    writer: text('writer').notNull(),
    ...sums(),
    cachedRequests: integer('cached_requests').notNull(),
    durations: bytes('durations').notNull(),
    firstChunks: bytes('first_chunks').notNull(),
  },
  (table) => [
    primaryKey({
      columns: [table.period, table.account, table.gateway, table.key, table.start, table.value, table.writer],
    }),
  ],
);

function sums() {
  return {
    requests: integer('requests').notNull(),
    failures: integer('failures').notNull(),
    tokensIn: integer('tokens_in').notNull(),
    tokensOut: integer('tokens_out').notNull(),
    cacheReadTokens: integer('cache_read_tokens').notNull(),
    cacheWriteTokens: integer('cache_write_tokens').notNull(),
    reasoningTokens: integer('reasoning_tokens').notNull(),
    costNanos: integer('cost_nanos').notNull(),
    // What answers from the cache would have cost.
    savedNanos: integer('saved_nanos').notNull(),
  };
}

function flag<Name extends string>(name: Name) {
  return integer(name, { mode: 'boolean' }).notNull();
}

function json<Name extends string>(name: Name) {
  return text(name, { mode: 'json' }).$type<JsonValue>();
}
