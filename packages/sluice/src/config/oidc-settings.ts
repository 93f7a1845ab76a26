import type { OidcOptions } from '@sluice/management';
import { z } from 'zod';
import { ConfigError } from './config-error.ts';
import type { Environment } from './environment.ts';

/** The identity provider that people sign in with. */
export type OidcSettings = Omit<OidcOptions, 'account'>;

const text = z.string('must be text').min(1, 'must not be empty');
const role = z.enum(['owner', 'editor', 'viewer'], 'must be "owner", "editor" or "viewer"');

const oidc = z.strictObject(
  {
    issuer: text.refine(isIssuer, 'must be an https:// address, or http:// on this machine'),
    clientId: text,
    clientSecret: text.exactOptional(),
    roles: z.record(z.string(), role, 'must be an object of groups and roles'),
    defaultRole: role.nullable().exactOptional(),
    groupsClaim: text.exactOptional(),
    scopes: z
      .array(text, 'must be a list of scopes')
      .refine((scopes) => scopes.includes('openid'), 'must hold "openid"')
      .exactOptional(),
    redirectUri: text.refine(URL.canParse, 'must be a whole address').exactOptional(),
  },
  'must be an object with issuer, clientId and roles',
);

/** How it is checked. */
export const OIDC_SCHEMA: z.ZodType<OidcSettings> = oidc;

/** The names within it. */
export const OIDC_NAMES: readonly string[] = Object.keys(oidc.shape);

/** The variable with the secret, so that it need not stand in a file. */
export const OIDC_SECRET = 'SLUICE_OIDC_CLIENT_SECRET';

/** The settings with the secret from the environment, which beats the file. Throws `ConfigError` when it has nobody to go to. */
export function withSecret(settings: OidcSettings | undefined, env: Environment): OidcSettings | undefined {
  const clientSecret = env(OIDC_SECRET)?.trim() || undefined;
  if (clientSecret === undefined) return settings;
  if (settings !== undefined) return { ...settings, clientSecret };
  throw new ConfigError([
    `${OIDC_SECRET} is set, but SLUICE_CONFIG has no "oidc" section, with issuer, clientId and roles.`,
  ]);
}

function isIssuer(address: string): boolean {
  const url = URL.parse(address);
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname));
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);
