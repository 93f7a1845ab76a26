import type { NewToken, TokenChange } from '@sluice/storage';
import { z } from 'zod';

const name = z.string().min(1).max(100);
const role = z.enum(['owner', 'editor', 'viewer']);

/** The body that creates a token: for calls unless stated, and for reading alone where it manages. */
export const newToken: z.ZodType<Omit<NewToken, 'account' | 'token'>> = z
  .strictObject({
    name,
    kind: z.enum(['gateway', 'management']).default('gateway'),
    role: role.optional(),
    gateway_id: z.string().min(1).nullable().default(null),
  })
  .refine(({ kind, gateway_id }) => kind === 'gateway' || gateway_id === null, {
    error: 'A management token is for the whole account: leave "gateway_id" out, or make a token of kind "gateway".',
    path: ['gateway_id'],
  })
  .refine(({ kind, role }) => kind === 'management' || role === undefined, {
    error: 'A token of kind "gateway" has no role: leave "role" out, or make a token of kind "management".',
    path: ['role'],
  })
  .transform(({ name, kind, role, gateway_id }) => ({
    name,
    kind,
    role: kind === 'management' ? (role ?? 'viewer') : undefined,
    gateway: gateway_id,
  }));

/** The body that changes one. */
export const tokenChange: z.ZodType<TokenChange> = z
  .strictObject({ name: name.optional(), role: role.optional() })
  .refine(({ name, role }) => name !== undefined || role !== undefined, {
    error: 'Say what is to change: "name", "role" or both.',
  });
