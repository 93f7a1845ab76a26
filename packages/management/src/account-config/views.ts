import type { AccountState, CredentialRecord, CustomProvider, Dataset, Gateway } from '@sluice/storage';
import { toWireGateway } from '../gateway-view.ts';
import { withHints } from './hints.ts';
import type { AccountConfig, CustomProviderConfig, DatasetConfig, GatewayConfig, ProviderConfig } from './types.ts';

/** An account as a file: what can be sent back, and no secret. */
export function toAccountConfig(state: AccountState): AccountConfig {
  const isOf = (id: string) => (part: { readonly gateway: string }) => part.gateway === id;
  return {
    version: 1,
    account: state.account,
    gateways: byName(
      state.gateways,
      ({ id }) => id,
      (gateway) => ({
        ...withHints(toGatewayConfig(gateway)),
        provider_configs: state.credentials.filter(isOf(gateway.id)).map(toProviderConfig),
        datasets: state.datasets.filter(isOf(gateway.id)).map(toDatasetConfig),
      }),
    ),
    custom_providers: byName(state.customProviders, ({ slug }) => slug, toCustomProviderConfig),
  };
}

/** The settings of a gateway as they are, secrets included. */
export function toGatewayConfig(gateway: Gateway): GatewayConfig {
  const { id: _, created_at: __, modified_at: ___, ...settings } = toWireGateway(gateway);
  // In the order of their names, so that two files can be compared.
  return sorted({ ...settings, dlp: gateway.dlp });
}

/** A credential without its secret. */
export function toProviderConfig(record: Omit<CredentialView, 'id'>): ProviderConfig {
  return {
    provider_slug: record.provider,
    alias: record.alias,
    default_config: record.isDefault,
    rate_limit: record.rateLimit,
    rate_limit_period: record.rateLimitPeriod,
    secret: null,
  };
}

type CredentialView = Pick<
  CredentialRecord,
  'id' | 'provider' | 'alias' | 'isDefault' | 'rateLimit' | 'rateLimitPeriod'
>;

/** A dataset without what only the server sets. */
export function toDatasetConfig({
  name,
  enable,
  filters,
}: Pick<Dataset, 'name' | 'enable' | 'filters'>): DatasetConfig {
  return { name, enable, filters };
}

/** A custom provider, with hints in place of secrets among its headers. */
export function toCustomProviderConfig(provider: CustomProviderView): CustomProviderConfig {
  return {
    name: provider.name,
    base_url: provider.baseUrl,
    enable: provider.enable,
    beta: provider.beta,
    description: provider.description,
    link: provider.link,
    curl_example: provider.curlExample,
    js_example: provider.jsExample,
    headers: provider.headers === null ? null : sorted({ ...provider.headers }),
    position: provider.position,
  };
}

/** What of a custom provider stands in a file. */
export type CustomProviderView = Omit<CustomProvider, 'id' | 'account' | 'slug' | 'logo' | 'createdAt' | 'modifiedAt'>;

function byName<T, View>(
  items: readonly T[],
  nameOf: (item: T) => string,
  view: (item: T) => View,
): Readonly<Record<string, View>> {
  return sorted(Object.fromEntries(items.map((item) => [nameOf(item), view(item)])));
}

function sorted<T extends object>(object: T): T {
  const entries = Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries) as T;
}
