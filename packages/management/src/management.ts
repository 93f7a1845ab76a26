import type { MaybePromise } from '@sluice/core';
import type { Role, Storage } from '@sluice/storage';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { accountConfigRoutes } from './account-config/routes.ts';
import { analyticsRoutes } from './analytics/routes.ts';
import { auditChanges } from './audit-changes.ts';
import { auditLogRoutes } from './audit-logs.ts';
import { authenticate, ownAccount } from './authenticate.ts';
import { authorize, stateAccess } from './authorize.ts';
import { notOfferedRoutes } from './billing.ts';
import { cacheRoutes, type KeyPurge } from './cache.ts';
import { customProviderRoutes } from './custom-providers.ts';
import { datasetRoutes } from './datasets.ts';
import { evaluationTypeRoutes } from './evaluation-types.ts';
import { evaluationRoutes } from './evaluations.ts';
import { gatewayRoutes } from './gateways.ts';
import { graphqlRoutes } from './graphql/routes.ts';
import { logRoutes } from './logs.ts';
import type { OidcOptions } from './oidc/options.ts';
import { oidcRoutes } from './oidc/routes.ts';
import { openapiRoutes } from './openapi/routes.ts';
import { providerConfigRoutes } from './provider-configs.ts';
import { answerFailure, Refusal } from './refusal.ts';
import type { ManagementEnv } from './routing.ts';
import { sessionRoutes } from './sign-in/sessions.ts';
import { tokenRoutes } from './tokens.ts';
import { urlRoutes } from './urls.ts';
import { userTokenRoutes } from './user-tokens.ts';

export interface ManagementOptions {
  readonly storage: Pick<
    Storage,
    | 'settings'
    | 'logs'
    | 'tokens'
    | 'credentials'
    | 'sessions'
    | 'audit'
    | 'datasets'
    | 'evaluations'
    | 'customProviders'
    | 'accountConfig'
    | 'rollups'
  >;
  /** Whom a management token speaks for; the tokens of the storage unless given. */
  readonly verifyToken?: TokenVerifier;
  /** An identity provider to sign in with; nobody but tokens unless given. */
  readonly oidc?: OidcOptions | undefined;
  /** The slugs that credentials can be stored for; any unless given. */
  readonly providers?: readonly string[];
  /** Which slug another one stands for: a credential for `grok` is stored for `xai`. */
  readonly providerAliases?: Readonly<Record<string, string>>;
  /** Takes answers out of a gateway's cache by their own keys. Without it only the whole cache can be purged. */
  readonly purgeCache?: KeyPurge;
  /** Custom providers may have `http://` addresses and such inside private networks; false unless given. */
  readonly allowPrivateProviders?: boolean;
  /** Where clients reach this server, without a trailing slash; the origin of each request unless given. */
  readonly publicUrl?: string | undefined;
  /** Where calls begin in the URL; `/v1` unless given. */
  readonly callPath?: string;
  /** Hears of failures that clients only see as an internal error; the console unless given. */
  readonly report?: (error: unknown) => void;
}

/** Whom a token speaks for, or undefined for a token nobody issued. */
export type TokenVerifier = (token: string) => MaybePromise<VerifiedToken | undefined>;

export interface VerifiedToken {
  readonly account: string;
  readonly id?: string;
  /** For people, in the audit log. */
  readonly name?: string;
  /** One of kind `gateway` is not let in. */
  readonly kind?: 'management' | 'gateway';
  /** `viewer` unless given. */
  readonly role?: Role | null;
}

/** The management API, complete with its path `/client/v4`: mount it at the root of any Hono app. */
export function createManagement(options: ManagementOptions): Hono {
  const { storage, report = console.error } = options;
  const verifyToken = options.verifyToken ?? ((token) => storage.tokens.verify(token));
  const app = new Hono<ManagementEnv>().basePath('/client/v4');
  app.onError((error, c) => answerFailure(c, error, report));
  app.use('*', async (c, next) => {
    await next();
    c.header('cache-control', 'no-store');
  });
  stateAccess(app);
  app.use('*', authenticate(verifyToken, storage.sessions));
  app.use('*', bodyLimit({ maxSize: MAX_BODY_BYTES, onError: refuseLargeBody }));
  app.use('/accounts/:account/*', ownAccount);
  app.use('*', authorize);
  app.use('*', auditChanges(storage.audit, report));
  const { sessions } = storage;
  const { oidc, publicUrl } = options;
  const isStored = options.verifyToken === undefined;
  app.route('/session', sessionRoutes({ sessions, verifyToken, isStored, hasOidc: oidc !== undefined }));
  app.route('/session/oidc', oidcRoutes({ sessions, oidc, publicUrl, report }));
  app.route('/user/tokens', userTokenRoutes());
  app.route('/accounts/:account/tokens', userTokenRoutes());
  app.route('/accounts/:account/ai-gateway/audit_logs', auditLogRoutes(storage));
  const gateways = '/accounts/:account/ai-gateway/gateways';
  app.route(gateways, gatewayRoutes(storage));
  app.route(`${gateways}/:gateway/logs`, logRoutes(storage));
  app.route(`${gateways}/:gateway/provider_configs`, providerConfigRoutes(storage, options));
  app.route(`${gateways}/:gateway/cache`, cacheRoutes(storage, options.purgeCache));
  app.route('/accounts/:account/ai-gateway/tokens', tokenRoutes(storage));
  app.route(`${gateways}/:gateway/datasets`, datasetRoutes(storage));
  app.route(`${gateways}/:gateway/evaluations`, evaluationRoutes(storage, report));
  app.route(`${gateways}/:gateway/url`, urlRoutes(storage, options));
  app.route('/accounts/:account/ai-gateway/evaluation-types', evaluationTypeRoutes());
  app.route('/accounts/:account/ai-gateway/custom-providers', customProviderRoutes(storage, options));
  app.route('/accounts/:account/ai-gateway/config', accountConfigRoutes(storage, options));
  app.route('/accounts/:account/ai-gateway/analytics', analyticsRoutes(storage));
  app.route('/graphql', graphqlRoutes(storage, report));
  app.route(
    '/',
    openapiRoutes(() => app.routes, publicUrl),
  );
  app.route('/accounts/:account', notOfferedRoutes());
  app.all('*', (c) => {
    throw new Refusal(404, 7000, `Could not route to ${c.req.method} ${c.req.path}: this version has no such route.`);
  });
  return app as unknown as Hono;
}

const MAX_BODY_BYTES = 1024 * 1024;

function refuseLargeBody(): never {
  throw new Refusal(413, 7001, `The body is too large: at most ${MAX_BODY_BYTES} bytes are read.`);
}
