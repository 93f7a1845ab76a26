import type { TokenRecord } from '@sluice/storage';
import { z } from 'zod';
import { time } from './openapi/answers.ts';

/** A token as the API shows it, without its secret. */
export interface WireToken extends Pick<TokenRecord, 'id' | 'name' | 'kind' | 'role'> {
  readonly gateway_id: string | null;
  readonly created_at: string;
}

/** Shows a token. */
export function toWireToken({ id, name, kind, role, gateway, createdAt }: TokenRecord): WireToken {
  return { id, name, kind, role, gateway_id: gateway, created_at: new Date(createdAt).toISOString() };
}

const token = {
  id: z.string(),
  name: z.string(),
  kind: z.enum(['gateway', 'management']),
  role: z.enum(['owner', 'editor', 'viewer']).nullable(),
  gateway_id: z.string().nullable(),
  created_at: time(),
};

/** What that looks like. */
export const wireToken: z.ZodType = z.strictObject(token).meta({ id: 'Token' });

/** What it looks like in the answer that makes its secret. */
export const wireNewToken: z.ZodType = z
  .strictObject({ ...token, value: z.string().describe('The secret, shown this once.') })
  .meta({ id: 'NewToken' });
