import type { Role } from '@sluice/storage';

/** An identity provider to sign in with: any issuer of OpenID Connect. */
export interface OidcOptions {
  /** Its address, under which `/.well-known/openid-configuration` is found. */
  readonly issuer: string;
  readonly clientId: string;
  /** Left out for a public client. */
  readonly clientSecret?: string | undefined;
  /** The account that people sign in to. */
  readonly account: string;
  /** Which role the members of a group have; the highest counts for whoever is in several. */
  readonly roles: Readonly<Record<string, Role>>;
  /** The role of whoever is in none of them; such people are refused unless given. */
  readonly defaultRole?: Role | null | undefined;
  /** Where the provider names the groups: in the ID token, else in what it says of the user. `groups` unless given. */
  readonly groupsClaim?: string | undefined;
  /** `openid`, `profile` and `email` unless given. */
  readonly scopes?: readonly string[] | undefined;
  /** Where the browser comes back to, as registered with the provider; made of the server's address unless given. */
  readonly redirectUri?: string | undefined;
}
