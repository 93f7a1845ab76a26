import type { ClientAuth, Configuration, IDToken } from 'openid-client';
import type { Handshake } from './handshake.ts';
import type { OidcOptions } from './options.ts';

/** The identity provider, as far as a sign-in needs it. */
export interface Issuer {
  /** Where to send the browser, and what its return has to match. */
  begin(redirectUri: string): Promise<{ readonly url: URL; readonly handshake: Handshake }>;
  /** Whom it says this is, once everything about the return is checked. Rejects with the library's errors. */
  finish(returned: URL, handshake: Handshake): Promise<Person>;
}

export interface Person {
  readonly subject: string;
  readonly name: string;
  /** As the provider said. */
  readonly groups: unknown;
}

/** Asks the provider for its addresses when they are first needed, so that a start doesn't hang on it. */
export function openIssuer(options: OidcOptions): Issuer {
  const { groupsClaim = 'groups', scopes = ['openid', 'profile', 'email'] } = options;
  let known: Configuration | undefined;
  const configuration = async (): Promise<Configuration> => {
    // What was found is kept, not the search: on Workers one request can't wait for another's.
    known ??= await discover(options);
    return known;
  };
  return {
    async begin(redirectUri) {
      const { buildAuthorizationUrl, calculatePKCECodeChallenge, ...random } = await library();
      const handshake = {
        state: random.randomState(),
        nonce: random.randomNonce(),
        verifier: random.randomPKCECodeVerifier(),
      };
      const url = buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope: scopes.join(' '),
        state: handshake.state,
        nonce: handshake.nonce,
        code_challenge: await calculatePKCECodeChallenge(handshake.verifier),
        code_challenge_method: 'S256',
      });
      return { url, handshake };
    },
    async finish(returned, { state, nonce, verifier }) {
      const { authorizationCodeGrant, fetchUserInfo } = await library();
      const found = await configuration();
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
      const tokens = await authorizationCodeGrant(found, returned, checks);
      const claims = tokens.claims();
      if (claims === undefined) throw new Error('The identity provider sent no ID token.');
      const isComplete = claims[groupsClaim] !== undefined || found.serverMetadata().userinfo_endpoint === undefined;
      const info = isComplete ? {} : await fetchUserInfo(found, tokens.access_token, claims.sub);
      const said: Claims = { ...info, ...claims };
      return { subject: claims.sub, name: nameOf(said), groups: said[groupsClaim] };
    },
  };
}

type Claims = IDToken;

/** Nobody who signs in with a token needs it. */
function library() {
  return import('openid-client');
}

async function discover({ issuer, clientId, clientSecret }: OidcOptions): Promise<Configuration> {
  const { allowInsecureRequests, discovery, enableNonRepudiationChecks, ...auth } = await library();
  const server = new URL(issuer);
  const method = clientSecret === undefined ? auth.None() : secretAsSupported(auth, clientSecret);
  const isHere = LOOPBACK.has(server.hostname);
  return discovery(server, clientId, undefined, method, {
    // The signature of the ID token is checked too, not only the connection that it came over.
    execute: isHere ? [enableNonRepudiationChecks, allowInsecureRequests] : [enableNonRepudiationChecks],
    timeout: 10,
  });
}

type Library = Awaited<ReturnType<typeof library>>;

/** In the body where the provider says that it takes it there, else in the header, which is the standard's own choice. */
function secretAsSupported(auth: Pick<Library, 'ClientSecretBasic' | 'ClientSecretPost'>, secret: string): ClientAuth {
  const inBody = auth.ClientSecretPost(secret);
  const inHeader = auth.ClientSecretBasic(secret);
  return (server, ...rest) => {
    const takesBody = server.token_endpoint_auth_methods_supported?.includes('client_secret_post') === true;
    return (takesBody ? inBody : inHeader)(server, ...rest);
  };
}

/** Without TLS nothing is asked that leaves this machine. */
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

function nameOf({ name, preferred_username, email, sub }: Claims): string {
  return [name, preferred_username, email].find((text) => typeof text === 'string' && text !== '')?.toString() ?? sub;
}
