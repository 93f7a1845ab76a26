import type { MiddlewareHandler } from 'hono';
import type { TokenVerifier } from './management.ts';
import { Refusal } from './refusal.ts';
import type { ManagementEnv } from './routing.ts';

/** Lets nobody pass without a management token in `Authorization: Bearer`. */
export function authenticate(verify: TokenVerifier): MiddlewareHandler<ManagementEnv> {
  return async (c, next) => {
    if (c.var.access === 'anyone') return next();
    const token = /^Bearer +(\S+) *$/i.exec(c.req.header('authorization') ?? '')?.[1];
    if (token === undefined) {
      throw new Refusal(
        401,
        10000,
        'Authentication error: send a management token as "Authorization: Bearer <token>".',
      );
    }
    const holder = await verify(token);
    if (holder === undefined) {
      throw new Refusal(
        401,
        10000,
        'Authentication error: this management token is unknown. Create one, or check for a typing error.',
      );
    }
    if (holder.kind === 'gateway') {
      throw new Refusal(
        403,
        10000,
        'Authentication error: this token is for calls through a gateway only. Send a management token here.',
      );
    }
    c.set('account', holder.account);
    c.set('role', holder.role ?? 'viewer');
    c.set('tokenId', holder.id);
    await next();
  };
}

/** Keeps a token inside its account. */
export const ownAccount: MiddlewareHandler<ManagementEnv> = async (c, next) => {
  const asked = c.req.param('account');
  if (asked !== c.var.account) {
    throw new Refusal(403, 10000, `Authentication error: this token has no access to account "${asked}".`);
  }
  await next();
};
