import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A small identity provider on 127.0.0.1, where everybody is who `person` says. */
export interface TestIssuer {
  readonly url: string;
  /** What it says of whoever signs in. */
  person: Claims;
  /** What `/userinfo` says of him. */
  userInfo: Claims;
  /** Claims that its next ID tokens have in place of the right ones. */
  forged: Claims;
  /** Its ID tokens are signed with a key that it does not publish. */
  signsWrong: boolean;
  /** It answers nothing but 503. */
  isAway: boolean;
  /** How the token endpoint takes the secret. */
  readonly authMethods: string[];
  /** What the token endpoint was told. */
  readonly exchanges: Exchange[];
  /** Codes that it gave out are good no more. */
  expireCodes(): void;
  close(): Promise<void>;
}

export type Claims = Readonly<Record<string, unknown>>;

export interface Exchange {
  readonly body: URLSearchParams;
  readonly authorization: string | undefined;
}

export const CLIENT = { clientId: 'sluice-test', clientSecret: 'sk-test-of-the-client' };

/** Starts one on a free port. */
export async function startIssuer(): Promise<TestIssuer> {
  const keys = { right: await newKey(), wrong: await newKey() };
  const codes = new Map<string, URLSearchParams>();
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer: TestIssuer = {
    url,
    person: { sub: 'ann', name: 'Ann', groups: ['platform'] },
    userInfo: { sub: 'ann' },
    forged: {},
    signsWrong: false,
    isAway: false,
    authMethods: ['client_secret_basic'],
    exchanges: [],
    expireCodes: () => codes.clear(),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = new URL(request.url ?? '/', url);
    if (issuer.isAway) return json(response, {}, 503);
    switch (asked.pathname) {
      case '/.well-known/openid-configuration':
        return json(response, metadata());
      case '/jwks':
        return json(response, { keys: [{ ...keys.right.public, kid: 'key', alg: 'ES256', use: 'sig' }] });
      case '/authorize': {
        const code = crypto.randomUUID();
        codes.set(code, asked.searchParams);
        const back = new URL(asked.searchParams.get('redirect_uri') ?? '');
        back.search = new URLSearchParams({ code, state: asked.searchParams.get('state') ?? '' }).toString();
        response.writeHead(302, { location: back.href }).end();
        return;
      }
      case '/token':
        return exchange(request, response);
      case '/userinfo':
        return json(response, issuer.userInfo);
      default:
        response.writeHead(404).end();
    }
  }

  function metadata() {
    return {
      issuer: url,
      authorization_endpoint: `${url}/authorize`,
      token_endpoint: `${url}/token`,
      userinfo_endpoint: `${url}/userinfo`,
      jwks_uri: `${url}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
      token_endpoint_auth_methods_supported: issuer.authMethods,
    };
  }

  async function exchange(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = new URLSearchParams(await textOf(request));
    issuer.exchanges.push({ body, authorization: request.headers.authorization });
    const code = body.get('code') ?? '';
    const asked = codes.get(code);
    codes.delete(code);
    const challenge = base64url(new Uint8Array(await digest(body.get('code_verifier') ?? '')));
    if (asked?.get('code_challenge') !== challenge || asked.get('redirect_uri') !== body.get('redirect_uri')) {
      return json(response, { error: 'invalid_grant' }, 400);
    }
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: url,
      aud: CLIENT.clientId,
      iat: now,
      exp: now + 300,
      nonce: asked.get('nonce'),
      ...issuer.person,
      ...issuer.forged,
    };
    const key = issuer.signsWrong ? keys.wrong.private : keys.right.private;
    json(response, { access_token: 'sk-test-access', token_type: 'Bearer', id_token: await sign(claims, key) });
  }

  return issuer;
}

interface Key {
  readonly public: JsonWebKey;
  readonly private: CryptoKey;
}

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

async function newKey(): Promise<Key> {
  const { publicKey, privateKey } = await crypto.subtle.generateKey(ECDSA, true, ['sign', 'verify']);
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey);
  return { public: { kty, crv, x, y } as JsonWebKey, private: privateKey };
}

async function sign(claims: Claims, key: CryptoKey): Promise<string> {
  const parts = [{ alg: 'ES256', kid: 'key' }, claims].map((part) => base64url(utf8.encode(JSON.stringify(part))));
  const signature = await crypto.subtle.sign(ECDSA, key, utf8.encode(parts.join('.')));
  return [...parts, base64url(new Uint8Array(signature))].join('.');
}

const utf8 = new TextEncoder();

function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest('SHA-256', utf8.encode(text));
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
