import { StorageError } from './errors.ts';
import { previewOf } from './preview.ts';
import type { Vault } from './vault.ts';

/** Names in lower case and values. */
export type Headers = Readonly<Record<string, string>>;

/** Headers in one column: what may be seen of them, and all of them sealed. */
export interface HeaderVault {
  /** Rejects with `no_master_key` when there is something to seal and no vault. */
  seal(headers: Headers | null, id: string): Promise<string | null>;
  /** As `seal`; a value that is the hint shown for the same name keeps the secret behind it. */
  reseal(headers: Headers | null, before: string | null, id: string): Promise<string | null>;
  /** With hints in place of what looks like a secret. */
  show(column: string | null): Headers | null;
  open(column: string | null, id: string): Promise<Headers | null>;
}

/** Headers sealed by a vault, each row's for that row alone. */
export function createHeaderVault(vault: Vault | undefined): HeaderVault {
  const seal = async (headers: Headers | null, id: string): Promise<string | null> => {
    if (headers === null || Object.keys(headers).length === 0) return null;
    const bytes = await needed(vault).seal(JSON.stringify(headers), contextOf(id));
    return JSON.stringify({ shown: hinted(headers), sealed: toBase64(bytes) } satisfies Column);
  };
  const open = async (column: string | null, id: string): Promise<Headers | null> => {
    if (column === null) return null;
    const text = await needed(vault).open(fromBase64(read(column).sealed), contextOf(id));
    return JSON.parse(text) as Headers;
  };
  const show = (column: string | null): Headers | null => (column === null ? null : read(column).shown);
  return {
    seal,
    open,
    show,
    async reseal(headers, before, id) {
      const shown = show(before) ?? {};
      const isKept = ([name, value]: readonly [string, string]): boolean => isSecret(name) && shown[name] === value;
      const entries = Object.entries(headers ?? {});
      if (!entries.some(isKept)) return seal(headers, id);
      const old = (await open(before, id)) ?? {};
      return seal(
        Object.fromEntries(entries.map((entry) => (isKept(entry) ? [entry[0], old[entry[0]] ?? ''] : entry))),
        id,
      );
    },
  };
}

interface Column {
  readonly shown: Headers;
  readonly sealed: string;
}

function read(column: string): Column {
  return JSON.parse(column) as Column;
}

function hinted(headers: Headers): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, isSecret(name) ? previewOf(value) : value]),
  );
}

function isSecret(name: string): boolean {
  return /auth|key|token|secret|password|credential|cookie|session|signature/.test(name);
}

function contextOf(id: string): string {
  return JSON.stringify(['custom provider', id]);
}

function needed(vault: Vault | undefined): Vault {
  if (vault !== undefined) return vault;
  const message =
    'Set SLUICE_MASTER_KEY to store headers: they may hold secrets and are encrypted with it. Make one with: openssl rand -base64 32';
  throw new StorageError('no_master_key', message);
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
