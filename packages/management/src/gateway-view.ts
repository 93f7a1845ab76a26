import type { TrafficPolicies } from '@sluice/core';
import type { Gateway, JsonValue } from '@sluice/storage';
import { z } from 'zod';
import { dlp, guardrails, otel, spendLimits, stripe } from './gateway-features.ts';
import { traffic } from './gateway-traffic.ts';
import { time } from './openapi/answers.ts';

/** A gateway as the API shows it: every published field, `description` and `traffic`. */
export function toWireGateway(gateway: Gateway): Readonly<Record<string, JsonValue | TrafficPolicies | undefined>> {
  return {
    id: gateway.id,
    created_at: new Date(gateway.createdAt).toISOString(),
    modified_at: new Date(gateway.modifiedAt).toISOString(),
    description: gateway.description,
    is_default: gateway.isDefault,
    authentication: gateway.authentication,
    byok_only: gateway.byokOnly,
    cache_invalidate_on_update: gateway.cacheInvalidateOnUpdate,
    cache_ttl: gateway.cacheTtl,
    collect_logs: gateway.collectLogs,
    log_classification: gateway.logClassification,
    log_management: gateway.logManagement,
    log_management_strategy: gateway.logManagementStrategy,
    logpush: gateway.logpush,
    logpush_public_key: gateway.logpushPublicKey,
    rate_limiting_interval: gateway.rateLimitingInterval,
    rate_limiting_limit: gateway.rateLimitingLimit,
    rate_limiting_technique: gateway.rateLimitingTechnique,
    retry_max_attempts: gateway.retryMaxAttempts,
    retry_delay: gateway.retryDelay,
    retry_backoff: gateway.retryBackoff,
    store_id: gateway.storeId,
    workers_ai_billing_mode: gateway.workersAiBillingMode,
    zdr: gateway.zdr,
    // Alone among these, the published type of `dlp` has no null.
    dlp: gateway.dlp ?? undefined,
    guardrails: gateway.guardrails,
    otel: gateway.otel,
    spend_limits: gateway.spendLimits,
    stripe: gateway.stripe,
    traffic: gateway.traffic,
  };
}

/** What that looks like. */
export const wireGateway: z.ZodType = z
  .strictObject({
    id: z.string(),
    created_at: time(),
    modified_at: time(),
    description: z.string().nullable(),
    is_default: z.boolean(),
    authentication: z.boolean(),
    byok_only: z.boolean(),
    cache_invalidate_on_update: z.boolean(),
    cache_ttl: z.int(),
    collect_logs: z.boolean(),
    log_classification: z.boolean(),
    log_management: z.int().nullable(),
    log_management_strategy: z.enum(['STOP_INSERTING', 'DELETE_OLDEST']).nullable(),
    logpush: z.boolean(),
    logpush_public_key: z.string().nullable(),
    rate_limiting_interval: z.int().nullable(),
    rate_limiting_limit: z.int().nullable(),
    rate_limiting_technique: z.enum(['fixed', 'sliding']).nullable(),
    retry_max_attempts: z.int().nullable(),
    retry_delay: z.int().nullable(),
    retry_backoff: z.enum(['constant', 'linear', 'exponential']).nullable(),
    store_id: z.string().nullable(),
    workers_ai_billing_mode: z.enum(['postpaid', 'unified']),
    zdr: z.boolean(),
    dlp: dlp.optional(),
    guardrails: guardrails.nullable(),
    otel: otel.nullable(),
    spend_limits: spendLimits.nullable(),
    stripe: stripe.nullable(),
    traffic: traffic.nullable(),
  })
  .meta({ id: 'Gateway' });
