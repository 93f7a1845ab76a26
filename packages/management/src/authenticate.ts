import type { Storage } from '@sluice/storage';
import type { Context, MiddlewareHandler } from 'hono';
import { type Caller, callerOfSession, callerOfToken } from './caller.ts';
import type { TokenVerifier } from './management.ts';
import { Refusal } from './refusal.ts';
import type { ManagementEnv } from './routing.ts';
import { assertSameOrigin } from './sign-in/same-origin.ts';
import { sessionSecret } from './sign-in/session-cookie.ts';

/** Lets nobody pass without a management token in `Authorization: Bearer` or the cookie of a session. */
export function authenticate(verify: TokenVerifier, sessions: Storage['sessions']): MiddlewareHandler<ManagementEnv> {
  return async (c, next) => {
    if (c.var.access === 'anyone') return next();
    const header = c.req.header('authorization');
    // Whoever sends a token means that one, also in a browser where somebody is signed in.
    const caller = header === undefined ? await bySession(c, sessions) : await byToken(header, verify);
    c.set('account', caller.account);
    c.set('caller', caller);
    await next();
  };
}

async function byToken(header: string, verify: TokenVerifier): Promise<Caller> {
  const token = /^Bearer +(\S+) *$/i.exec(header)?.[1];
  if (token === undefined) throw nobody();
  return callerOfToken(verify, token);
}

async function bySession(c: Context<ManagementEnv>, sessions: Storage['sessions']): Promise<Caller> {
  const secret = sessionSecret(c);
  if (secret === undefined) throw nobody();
  const session = await sessions.verify(secret);
  if (session === undefined) {
    throw new Refusal(401, 10000, 'Authentication error: this session is over. Sign in again.');
  }
  assertSameOrigin(c);
  return callerOfSession(session);
}

function nobody(): Refusal {
  return new Refusal(
    401,
    10000,
    'Authentication error: send a management token as "Authorization: Bearer <token>", or sign in.',
  );
}

/** Keeps a caller inside his account. */
export const ownAccount: MiddlewareHandler<ManagementEnv> = async (c, next) => {
  const asked = c.req.param('account');
  if (asked !== c.var.account) {
    throw new Refusal(403, 10000, `Authentication error: you have no access to account "${asked}".`);
  }
  await next();
};
