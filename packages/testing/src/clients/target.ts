import type { RunningGateway } from './gateway.ts';
import { fetchLogRow, type LogRow } from './log-row.ts';
import type { ProviderSlug, Vendors } from './vendors.ts';

/** Where the clients point: a gateway, or the stand-ins themselves as the control group. */
export interface Target {
  /** The base URL to give to a client of this provider: the only thing that changes. */
  base(provider: ProviderSlug): string;
  /** The stand-in behind it, to compare bytes with. */
  vendor(provider: ProviderSlug): string;
  /** The row of a call. Absent where nothing keeps a log. */
  readonly row?: (id: string) => Promise<LogRow>;
}

/** The clients talk to the default gateway of `gateway`. */
export function throughGateway(gateway: RunningGateway, vendors: Vendors): Target {
  return {
    base: (provider) => `${gateway.url}/v1/default/default/${provider}${PATHS_BELOW_SLUG[provider] ?? ''}`,
    vendor: vendors.base,
    row: (id) => fetchLogRow(gateway, id),
  };
}

/** The clients talk to the stand-ins: what fails here is no fault of a gateway. */
export function withoutGateway(vendors: Vendors): Target {
  return { base: vendors.base, vendor: vendors.base };
}

const PATHS_BELOW_SLUG: Partial<Record<ProviderSlug, string>> = {
  // The gateway learns the region from the path, where AWS has it in the host.
  'aws-bedrock': '/bedrock-runtime/us-east-1',
};
