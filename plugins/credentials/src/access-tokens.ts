import type { Call, PluginHost } from '@sluice/core';
import { importPKCS8, SignJWT } from 'jose';
import { UnusableKey } from './refusals.ts';
import type { ServiceAccount } from './service-account.ts';
import { requestToken } from './token-request.ts';

/** A token that opens the vendor's door for a while. */
export interface AccessToken {
  readonly token: string;
  /** It was there before this call. */
  readonly isRemembered: boolean;
  readonly key: string;
}

/**
 * Access tokens of service accounts, remembered until shortly before they expire. Results are shared between calls and
 * promises are not: on Workers one request can't wait for another's I/O.
 */
export class AccessTokens {
  readonly #host: PluginHost;
  readonly #tokenUrl: string | undefined;
  readonly #remembered = new Map<string, { token: string; until: number }>();

  constructor(host: PluginHost, tokenUrl: string | undefined) {
    this.#host = host;
    this.#tokenUrl = tokenUrl;
  }

  /** Rejects with `UnusableKey` when no token can be had with this account. */
  async get(call: Call, account: ServiceAccount): Promise<AccessToken> {
    // The private key belongs into it: who knows only its id must not get a token that another's key has opened.
    const key = await this.#host.digest([account.email, '\n', account.tokenUri, '\n', account.privateKey]);
    const known = this.#remembered.get(key);
    if (known !== undefined && known.until > this.#host.now()) return { token: known.token, isRemembered: true, key };
    const url = this.#tokenUrl ?? account.tokenUri;
    const assertion = await this.#assertion(account);
    const { token, lifetimeMs } = await requestToken({ call, url, assertion, account, host: this.#host });
    this.#remember(key, { token, until: this.#host.now() + lifetimeMs - SPARE_MS });
    return { token, isRemembered: false, key };
  }

  forget({ key }: AccessToken): void {
    this.#remembered.delete(key);
  }

  /** RFC 7523, 2.1: a statement about oneself, signed with the account's key. */
  async #assertion({ name, email, privateKey, keyId, tokenUri }: ServiceAccount): Promise<string> {
    const issuedAt = Math.floor(this.#host.now() / 1000);
    try {
      return await new SignJWT({ scope: SCOPE })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(keyId !== undefined && { kid: keyId }) })
        .setIssuer(email)
        .setSubject(email)
        .setAudience(tokenUri)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + 3600)
        .sign(await importPKCS8(privateKey, 'RS256'));
    } catch {
      // What the library says may hold a piece of the key.
      throw new UnusableKey(
        `${name} has a private_key that can't be read. Take the JSON file that Google made as it is.`,
      );
    }
  }

  #remember(key: string, token: { token: string; until: number }): void {
    this.#remembered.delete(key);
    const oldest = this.#remembered.keys().next().value;
    if (this.#remembered.size >= MOST_REMEMBERED && oldest !== undefined) this.#remembered.delete(oldest);
    this.#remembered.set(key, token);
  }
}

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
/** A call may be under way for a while before the vendor looks at its token. */
const SPARE_MS = 60_000;
const MOST_REMEMBERED = 1000;
