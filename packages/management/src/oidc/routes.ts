import type { Storage } from '@sluice/storage';
import { type Context, Hono } from 'hono';
import { redirect } from '../openapi/answers.ts';
import { describe } from '../openapi/describe.ts';
import { Refusal } from '../refusal.ts';
import type { ManagementEnv } from '../routing.ts';
import { isSecure } from '../sign-in/session-cookie.ts';
import { signIn } from '../sign-in/sessions.ts';
import { BEGIN_AGAIN, explainFailure } from './failures.ts';
import { keepHandshake, takeHandshake } from './handshake.ts';
import { openIssuer, type Person } from './issuer.ts';
import type { OidcOptions } from './options.ts';
import { roleOf } from './role-of.ts';

export interface OidcParts {
  readonly sessions: Storage['sessions'];
  /** Undefined where there is no identity provider. */
  readonly oidc: OidcOptions | undefined;
  /** Where browsers reach this server; the origin of each request unless given. */
  readonly publicUrl: string | undefined;
  readonly report: (error: unknown) => void;
}

/** Sign in with an identity provider: there and back again. */
export function oidcRoutes({ sessions, oidc, publicUrl, report }: OidcParts): Hono<ManagementEnv> {
  const routes = new Hono<ManagementEnv>();
  if (oidc === undefined) return routes.get('/', BEGIN, refuse).get('/callback', FINISH, refuse);
  const issuer = openIssuer(oidc);
  const returnTo = (c: Context): string =>
    oidc.redirectUri ?? `${publicUrl ?? originOf(c)}/client/v4/session/oidc/callback`;

  routes.get('/', BEGIN, async (c) => {
    const { url, handshake } = await issuer.begin(returnTo(c)).catch((error: unknown) => explainFailure(error, report));
    keepHandshake(c, handshake);
    return c.redirect(url.href);
  });
  routes.get('/callback', FINISH, async (c) => {
    const handshake = takeHandshake(c);
    if (handshake === undefined) throw new Refusal(400, 10000, NOT_BEGUN);
    const { search, searchParams } = new URL(c.req.url);
    if (searchParams.get('state') !== handshake.state) throw new Refusal(401, 10000, ANOTHER);
    const returned = new URL(returnTo(c));
    returned.search = search;
    const person = await issuer.finish(returned, handshake).catch((error: unknown) => explainFailure(error, report));
    const { account } = oidc;
    const { subject, name } = person;
    const role = roleOf(person.groups, oidc);
    // What was said last holds for every browser he is signed in with.
    await sessions.setRole(account, subject, role);
    if (role === null) throw withoutRole(person);
    await signIn(c, sessions, { account, role, subject, name, tokenId: null });
    return c.redirect(`${publicUrl ?? ''}/`);
  });
  return routes;
}

const BEGIN = describe({
  summary: 'Sign in with an identity provider',
  answer: redirect,
  refusals: [404],
});

const FINISH = describe({
  summary: 'Come back from an identity provider',
  answer: redirect,
  refusals: [400, 401, 403, 404],
});

function refuse(): never {
  throw new Refusal(
    404,
    7000,
    'There is no identity provider to sign in with. Sign in with a token: POST /client/v4/session.',
  );
}

const NOT_BEGUN = `Authentication error: this sign-in was not begun in this browser, or took longer than ten minutes. ${BEGIN_AGAIN}`;

const ANOTHER = `Authentication error: this answer belongs to another sign-in. ${BEGIN_AGAIN}`;

function withoutRole({ name }: Person): Refusal {
  const message = `Authorization error: "${name}" is in no group that has a role here. Ask whoever runs this server.`;
  return new Refusal(403, 10000, message);
}

function originOf(c: Context): string {
  const { protocol, host } = new URL(c.req.url);
  return `${isSecure(c) ? 'https:' : protocol}//${host}`;
}
