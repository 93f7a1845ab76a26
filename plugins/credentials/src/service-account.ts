import { UnusableKey } from './refusals.ts';

/** A Google service account, as far as access tokens need it. */
export interface ServiceAccount {
  /** Begins a sentence: `The key "default" stored for google-vertex-ai`. */
  readonly name: string;
  readonly email: string;
  /** PKCS#8 in PEM. */
  readonly privateKey: string;
  readonly keyId?: string;
  /** The only place that is asked for access tokens. */
  readonly tokenUri: string;
}

/** Reads the JSON file that Google makes. `name` says whose it is. */
export function parseServiceAccount(json: string, name: string): ServiceAccount {
  const fields = parsed(json);
  const {
    client_email: email,
    private_key: privateKey,
    private_key_id: keyId,
    token_uri: tokenUri = TOKEN_URI,
  } = fields;
  if (typeof email !== 'string' || typeof privateKey !== 'string' || typeof tokenUri !== 'string') {
    throw new UnusableKey(
      `${name} is no service account: it needs client_email and private_key. Take the JSON file that Google made as it is.`,
    );
  }
  // Whoever brings the JSON names the address, and the gateway goes there.
  if (!isGoogles(tokenUri)) {
    throw new UnusableKey(`${name} has a token_uri outside of https://*.googleapis.com. Use ${TOKEN_URI}.`);
  }
  return { name, email, privateKey, tokenUri, ...(typeof keyId === 'string' && { keyId }) };
}

/** The JSON of a service account behind base64, or undefined for anything else, such as an access token. */
export function decodeServiceAccount(text: string): string | undefined {
  // No access token is this long and has none of the dots of a JWT.
  if (text.length < 200 || !/^[\w+/-]+=*$/.test(text)) return undefined;
  const json = decoded(text);
  return json !== undefined && parsed(json).type === 'service_account' ? json : undefined;
}

const TOKEN_URI = 'https://oauth2.googleapis.com/token';

function isGoogles(uri: string): boolean {
  if (!URL.canParse(uri)) return false;
  const { protocol, hostname, port, username, password } = new URL(uri);
  return protocol === 'https:' && hostname.endsWith('.googleapis.com') && `${port}${username}${password}` === '';
}

function decoded(base64: string): string | undefined {
  try {
    const bytes = atob(base64.replaceAll('-', '+').replaceAll('_', '/'));
    return new TextDecoder().decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
  } catch {
    return undefined;
  }
}

function parsed(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
