import { GATEWAY_DEFAULTS, type NewGateway } from '@sluice/storage';
import { z } from 'zod';
import { dlp, guardrails, otel, spendLimits, stripe } from './gateway-features.ts';
import { traffic } from './gateway-traffic.ts';

/** The published form of a gateway's id. */
export const GATEWAY_ID: RegExp = /^[a-z0-9_]+(?:-[a-z0-9_]+)*$/;
export const GATEWAY_ID_MAX = 64;

const ID_RULE = '"id" must be lower-case letters, digits and "_", with single "-" between them: my-gateway, prod_2.';

const off = GATEWAY_DEFAULTS;
const count = z.int().min(0).nullable();

const settings = {
  description: z.string().max(1024).nullable().default(off.description),
  cache_invalidate_on_update: z.boolean(),
  // The hosted service keeps null as 0.
  cache_ttl: count.transform((seconds) => seconds ?? 0),
  collect_logs: z.boolean(),
  rate_limiting_interval: count,
  rate_limiting_limit: count,
  rate_limiting_technique: z.enum(['fixed', 'sliding']).nullable().default(off.rateLimitingTechnique),
  authentication: z.boolean().default(off.authentication),
  byok_only: z.boolean().default(off.byokOnly),
  is_default: z.boolean().default(off.isDefault),
  log_management: z.int().min(10_000).max(10_000_000).nullable().default(off.logManagement),
  log_management_strategy: z.enum(['STOP_INSERTING', 'DELETE_OLDEST']).nullable().default(off.logManagementStrategy),
  log_classification: z.boolean().default(off.logClassification),
  logpush: z.boolean().default(off.logpush),
  logpush_public_key: z.string().min(16).max(1024).nullable().default(off.logpushPublicKey),
  retry_max_attempts: z.int().min(1).max(5).nullable().default(off.retryMaxAttempts),
  retry_delay: z.int().min(0).max(60_000).nullable().default(off.retryDelay),
  retry_backoff: z.enum(['constant', 'linear', 'exponential']).nullable().default(off.retryBackoff),
  store_id: z.string().nullable().default(off.storeId),
  workers_ai_billing_mode: z.enum(['postpaid', 'unified']).default(off.workersAiBillingMode),
  zdr: z.boolean().default(off.zdr),
  dlp: dlp.nullable().default(null),
  guardrails: guardrails.nullable().default(null),
  otel: otel.nullable().default(null),
  spend_limits: spendLimits.nullable().default(null),
  stripe: stripe.nullable().default(null),
  traffic: traffic.nullable().default(null),
};

const body = z.strictObject({ id: z.string().min(1).max(GATEWAY_ID_MAX).regex(GATEWAY_ID, ID_RULE), ...settings });

/** The body that creates a gateway. Names it does not know are refused, so that no wish is lost in silence. */
export const newGateway: z.ZodType<Omit<NewGateway, 'account'>> = body.transform((wire) => ({
  id: wire.id,
  authentication: wire.authentication,
  ...toSettings(wire),
}));

/** Settings to be, and the id in case the body repeats it. */
export type GatewayReplacement = Omit<NewGateway, 'account' | 'id'> & { readonly id: string | undefined };

/**
 * The body that replaces a gateway's settings. What only the server sets may stand in it, so that a gateway can be sent
 * back as it was shown. Without `authentication` that stays as it is: leaving something out must not open a gateway.
 */
export const gatewayReplacement: z.ZodType<GatewayReplacement> = z
  .strictObject({
    ...settings,
    id: z.string().optional(),
    authentication: z.boolean().optional(),
    created_at: z.unknown().optional(),
    modified_at: z.unknown().optional(),
  })
  .transform(({ id, authentication, ...wire }) => ({
    id,
    ...(authentication !== undefined && { authentication }),
    ...toSettings(wire),
  }));

type WireSettings = Omit<z.output<typeof body>, 'id' | 'authentication'>;

function toSettings(wire: WireSettings): Omit<NewGateway, 'account' | 'id' | 'authentication'> {
  return {
    description: wire.description,
    isDefault: wire.is_default,
    collectLogs: wire.collect_logs,
    logManagement: wire.log_management,
    logManagementStrategy: wire.log_management_strategy,
    logClassification: wire.log_classification,
    logpush: wire.logpush,
    logpushPublicKey: wire.logpush_public_key,
    cacheTtl: wire.cache_ttl,
    cacheInvalidateOnUpdate: wire.cache_invalidate_on_update,
    rateLimitingInterval: wire.rate_limiting_interval,
    rateLimitingLimit: wire.rate_limiting_limit,
    rateLimitingTechnique: wire.rate_limiting_technique,
    retryMaxAttempts: wire.retry_max_attempts,
    retryDelay: wire.retry_delay,
    retryBackoff: wire.retry_backoff,
    byokOnly: wire.byok_only,
    storeId: wire.store_id,
    workersAiBillingMode: wire.workers_ai_billing_mode,
    zdr: wire.zdr,
    dlp: wire.dlp,
    guardrails: wire.guardrails,
    otel: wire.otel,
    spendLimits: wire.spend_limits,
    stripe: wire.stripe,
    traffic: wire.traffic,
  };
}
