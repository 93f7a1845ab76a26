import { StorageError } from './errors.ts';

/** Seals secrets for the database and opens them again. */
export interface Vault {
  /** The same text sealed twice gives different bytes. `context` says where they belong; they open nowhere else. */
  seal(text: string, context: string): Promise<Uint8Array>;
  /** Rejects with `wrong_master_key` when the bytes were sealed under another key or for another context. */
  open(bytes: Uint8Array, context: string): Promise<string>;
}

/**
 * AES-256-GCM under a key that HKDF-SHA-256 makes of the master key: 32 random bytes in base64, or any text of at least
 * 16 characters. A text that people can guess stays guessable. Touches no key before it is first used.
 */
export function createVault(masterKey: string): Vault {
  if (masterKey.length < SHORTEST) {
    const message = `A master key needs at least ${SHORTEST} characters, not ${masterKey.length}. Make one with: openssl rand -base64 32`;
    throw new StorageError('invalid_master_key', message);
  }
  let key: Promise<CryptoKey> | undefined;
  const derived = (): Promise<CryptoKey> => (key ??= derive(masterKey));
  return {
    async seal(text, context) {
      const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
      const sealed = await crypto.subtle.encrypt(algorithm(iv, context), await derived(), utf8.encode(text));
      const bytes = new Uint8Array(HEAD_BYTES + sealed.byteLength);
      bytes[0] = VERSION;
      bytes.set(iv, 1);
      bytes.set(new Uint8Array(sealed), HEAD_BYTES);
      return bytes;
    },
    async open(bytes, context) {
      if (bytes[0] !== VERSION) throw cannotOpen();
      // A copy, because Web Crypto takes no view of memory that may be shared.
      const copy = new Uint8Array(bytes);
      const iv = copy.subarray(1, HEAD_BYTES);
      const key = await derived();
      const opened = await crypto.subtle
        .decrypt(algorithm(iv, context), key, copy.subarray(HEAD_BYTES))
        .catch((cause: unknown) => {
          throw cannotOpen(cause);
        });
      return new TextDecoder('utf-8', { ignoreBOM: true }).decode(opened);
    },
  };
}

const SHORTEST = 16;
// The first byte of what is sealed, so that another form can come later.
const VERSION = 1;
const IV_BYTES = 12;
const HEAD_BYTES = 1 + IV_BYTES;
const utf8 = new TextEncoder();

async function derive(masterKey: string): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', bytesOf(masterKey), 'HKDF', false, ['deriveKey']);
  // No salt: the master key is random already, and every process has to derive the same.
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: utf8.encode('sluice credentials 1') };
  return crypto.subtle.deriveKey(hkdf, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

/** 32 bytes in base64 are taken as those bytes, everything else as text. */
function bytesOf(masterKey: string): Uint8Array<ArrayBuffer> {
  if (!/^[A-Za-z0-9+/]{43}=$/.test(masterKey)) return utf8.encode(masterKey);
  return Uint8Array.from(atob(masterKey), (character) => character.charCodeAt(0));
}

function algorithm(iv: Uint8Array<ArrayBuffer>, context: string): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData: utf8.encode(context) };
}

function cannotOpen(cause?: unknown): StorageError {
  const message =
    'A stored secret can not be opened with this master key. Start with the SLUICE_MASTER_KEY it was stored under, or store it again.';
  return new StorageError('wrong_master_key', message, { cause });
}
