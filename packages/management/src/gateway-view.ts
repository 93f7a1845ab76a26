import type { TrafficPolicies } from '@sluice/core';
import type { Gateway, JsonValue } from '@sluice/storage';

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
