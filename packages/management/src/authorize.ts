import type { Role } from '@sluice/storage';
import type { Hono, MiddlewareHandler } from 'hono';
import { Refusal } from './refusal.ts';
import type { ManagementEnv } from './routing.ts';

/** What a route asks of whoever calls it. `anyone` is for signing in and for the reference, and for nothing else. */
export type Access = Role | 'anyone';

/**
 * Every route has a role by its method: who reads is a viewer, who changes is an editor. This is the one place for routes
 * that ask for another; a later row counts for more. Paths are those of Hono, below `/client/v4`.
 */
const EXCEPTIONS: readonly (readonly [method: string, path: string, access: Access])[] = [
  // Tokens decide who may do what, so that an editor could make an owner of himself.
  ['POST', '/accounts/:account/ai-gateway/tokens', 'owner'],
  ['PATCH', '/accounts/:account/ai-gateway/tokens/:token', 'owner'],
  ['PUT', '/accounts/:account/ai-gateway/tokens/:token/value', 'owner'],
  ['DELETE', '/accounts/:account/ai-gateway/tokens/:token', 'owner'],
  // A file may open a gateway, take everything away, and more, in one go.
  ['PUT', '/accounts/:account/ai-gateway/config', 'owner'],
  ['POST', '/accounts/:account/ai-gateway/config/plan', 'viewer'],
  // A query is a question, whatever its method.
  ['POST', '/graphql', 'viewer'],
  // Whoever signs in is nobody yet, and anybody who is somebody may sign out.
  ['POST', '/session', 'anyone'],
  ['GET', '/session/methods', 'anyone'],
  ['GET', '/session/oidc', 'anyone'],
  ['GET', '/session/oidc/callback', 'anyone'],
  ['DELETE', '/session', 'viewer'],
  // They describe the API and hold nothing of anybody's.
  ['GET', '/openapi.json', 'anyone'],
  ['GET', '/docs', 'anyone'],
];

/** Tells each request what its route asks for. Goes before `authenticate`. */
export function stateAccess(app: Hono<ManagementEnv, never, string>): void {
  app.use('*', async (c, next) => {
    c.set('access', usualAccess(c.req.method));
    await next();
  });
  for (const [method, path, access] of EXCEPTIONS) {
    app.on(method, path, async (c, next) => {
      c.set('access', access);
      await next();
    });
  }
}

/** What the route of a path asks for; the path is Hono's, below `/client/v4`. */
export function accessOf(method: string, path: string): Access {
  const exception = EXCEPTIONS.findLast((row) => row[0] === method && row[1] === path);
  return exception?.[2] ?? usualAccess(method);
}

function usualAccess(method: string): Access {
  return READING.has(method) ? 'viewer' : 'editor';
}

/** The roles of routes that change something. */
export const CHANGING: ReadonlySet<Access> = new Set(['editor', 'owner']);

const READING: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** Lets nobody pass whose role is below what the route asks for. Goes after `authenticate`. */
export const authorize: MiddlewareHandler<ManagementEnv> = async (c, next) => {
  const { access, caller } = c.var;
  if (access !== 'anyone' && RANK[caller.role] < RANK[access]) {
    const message = `Authorization error: this needs the role "${access}", and you are "${caller.role}". Ask an owner.`;
    throw new Refusal(403, 10000, message);
  }
  await next();
};

const RANK: Readonly<Record<Role, number>> = { viewer: 0, editor: 1, owner: 2 };
