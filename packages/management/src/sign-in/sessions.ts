import type { NewSession, Storage } from '@sluice/storage';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { changed } from '../audit-changes.ts';
import { type Caller, callerOfSession, callerOfToken } from '../caller.ts';
import { single } from '../envelope.ts';
import type { TokenVerifier } from '../management.ts';
import { one, time } from '../openapi/answers.ts';
import { describe } from '../openapi/describe.ts';
import type { ManagementEnv } from '../routing.ts';
import { jsonBody, validBody } from '../validate.ts';
import { clearSessionCookie, SESSION_MS, sessionSecret, setSessionCookie } from './session-cookie.ts';

export interface SignIn {
  readonly sessions: Storage['sessions'];
  readonly verifyToken: TokenVerifier;
  /** Its tokens are those of the storage, so that a session can end with one. */
  readonly isStored: boolean;
  /** There is an identity provider to sign in with. */
  readonly hasOidc: boolean;
}

/** Sign in with a token, see who is signed in, sign out. */
export function sessionRoutes({ sessions, verifyToken, isStored, hasOidc }: SignIn): Hono<ManagementEnv> {
  const routes = new Hono<ManagementEnv>();
  routes.get('/', describe({ summary: 'Show who is signed in', answer: one(wireCaller) }), (c) =>
    c.json(single(toWireCaller(c.var.caller))),
  );
  routes.get(
    '/methods',
    describe({
      summary: 'Tell the ways to sign in',
      answer: one(z.strictObject({ token: z.boolean(), oidc: z.boolean() })),
    }),
    (c) => c.json(single({ token: true, oidc: hasOidc })),
  );
  routes.post(
    '/',
    describe({
      summary: 'Sign in with a management token',
      details: 'The answer sets a cookie.',
      answer: one(wireCaller),
      refusals: [401, 403],
    }),
    jsonBody,
    validBody(credentials),
    async (c) => {
      const { account, role, id, name, tokenId } = await callerOfToken(verifyToken, c.req.valid('json').token);
      const wanted = { account, role, subject: id, name, tokenId: (isStored ? tokenId : undefined) ?? null };
      return c.json(single(toWireCaller(await signIn(c, sessions, wanted))));
    },
  );
  routes.delete('/', describe({ summary: 'Sign out', answer: one(wireCaller) }), async (c) => {
    const { caller } = c.var;
    const secret = sessionSecret(c);
    if (secret !== undefined && (await sessions.end(secret))) {
      changed(c, { resource: 'session', id: caller.id, before: toWireCaller(caller) });
    }
    clearSessionCookie(c);
    return c.json(single(toWireCaller(caller)));
  });
  return routes;
}

/** Opens a session, leaves it with the browser, and writes down who came. */
export async function signIn(
  c: Context<ManagementEnv>,
  sessions: Storage['sessions'],
  wanted: Omit<NewSession, 'lifetimeMs'>,
): Promise<Caller> {
  const { secret, ...session } = await sessions.create({ ...wanted, lifetimeMs: SESSION_MS });
  setSessionCookie(c, secret);
  const caller = callerOfSession(session);
  c.set('account', caller.account);
  c.set('caller', caller);
  changed(c, { resource: 'session', id: caller.id, after: toWireCaller(caller) });
  return caller;
}

const credentials: z.ZodType<{ readonly token: string }> = z.strictObject({ token: z.string().min(1) });

function toWireCaller({ account, role, id, name, session }: Caller) {
  const expires_at = session === undefined ? null : new Date(session.expiresAt).toISOString();
  return { account, role, id, name, expires_at };
}

const wireCaller: z.ZodType = z
  .strictObject({
    account: z.string(),
    role: z.enum(['owner', 'editor', 'viewer']),
    id: z.string(),
    name: z.string(),
    expires_at: time().nullable().describe('When the session ends; null for a token.'),
  })
  .meta({ id: 'Caller' });
