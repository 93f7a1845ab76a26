import { GATEWAY_DEFAULTS, type Gateway } from '@sluice/storage';
import type { Notice } from './envelope.ts';

/** One remark for each setting that is switched on, stored, and not acted upon by this version. */
export function gatewayNotices(gateway: Gateway): Notice[] {
  return WAITING.filter(([, isOn]) => isOn(gateway)).map(([name]) => ({
    code: 1000,
    message: `"${name}" is stored, but this version does not act on it yet.`,
  }));
}

type Setting = readonly [name: string, isOn: (gateway: Gateway) => boolean];

// A feature takes its line with it when it arrives.
const WAITING: readonly Setting[] = [
  ['dlp', differs('dlp')],
  ['guardrails', differs('guardrails')],
  ['is_default', differs('isDefault')],
  ['log_classification', differs('logClassification')],
  ['logpush', differs('logpush')],
  ['logpush_public_key', differs('logpushPublicKey')],
  ['otel', ({ otel }) => Array.isArray(otel) && otel.length > 0],
  ['spend_limits', differs('spendLimits')],
  ['store_id', differs('storeId')],
  ['stripe', differs('stripe')],
  ['workers_ai_billing_mode', differs('workersAiBillingMode')],
  ['zdr', differs('zdr')],
];

function differs(key: keyof typeof GATEWAY_DEFAULTS): (gateway: Gateway) => boolean {
  return (gateway) => gateway[key] !== GATEWAY_DEFAULTS[key];
}
