import type { TokenRecord } from '@sluice/storage';

/** A token as the API shows it, without its secret. */
export interface WireToken extends Pick<TokenRecord, 'id' | 'name' | 'kind' | 'role'> {
  readonly gateway_id: string | null;
  readonly created_at: string;
}

/** Shows a token. */
export function toWireToken({ id, name, kind, role, gateway, createdAt }: TokenRecord): WireToken {
  return { id, name, kind, role, gateway_id: gateway, created_at: new Date(createdAt).toISOString() };
}
