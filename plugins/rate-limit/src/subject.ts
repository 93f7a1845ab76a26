import type { Call, MaybePromise, PluginHost } from '@sluice/core';

/** Whose count it is: the value of `per` in a call, fit for a key, or undefined for a call that has none. */
export type Subject = (call: Call, lookup: SubjectLookup) => MaybePromise<string | undefined>;

export interface SubjectLookup {
  readonly digest: PluginHost['digest'];
  /** Names the gateway token of a call, when somebody knows it. */
  readonly tokenOf: (call: Call) => string | undefined;
}

/** Reads `per` of a rule; undefined when it names nothing that is known. */
export function readSubject(per: string): Subject | undefined {
  if (per === 'ip') return ({ clientAddress }) => clientAddress ?? NOBODY;
  if (per === 'token') return tokenSubject;
  const [, kind, name = ''] = /^(metadata|header)\.(.+)$/s.exec(per) ?? [];
  if (kind === 'metadata') return metadataSubject(name);
  if (kind === 'header') return headerSubject(name.toLowerCase());
  return undefined;
}

/** Calls without a token or an address share one count, or leaving it out would be a way around the limit. */
const NOBODY = 'none';

function tokenSubject(call: Call, lookup: SubjectLookup): MaybePromise<string> {
  const token = lookup.tokenOf(call) ?? tokenIn(call);
  return token === undefined ? NOBODY : hashed(token, lookup);
}

function metadataSubject(name: string): Subject {
  return ({ metadata }, lookup) => {
    if (metadata === null || !Object.hasOwn(metadata, name)) return undefined;
    return hashed(String(metadata[name]), lookup);
  };
}

function headerSubject(name: string): Subject {
  const option = name.startsWith('cf-aig-') ? name.slice('cf-aig-'.length) : undefined;
  return ({ headers, options }, lookup) => {
    const value = option === undefined ? headers[name] : options.get(option);
    return value === undefined ? undefined : hashed(value, lookup);
  };
}

/** The gateway token as a client sends it: under its own name, or where an authenticated gateway takes it too. */
function tokenIn({ gateway, options, headers, provider }: Call): string | undefined {
  const named = options.get('authorization') ?? '';
  if (named !== '') return withoutScheme(named);
  if (!gateway.authentication) return undefined;
  const places = [...provider.credentialHeaders, 'authorization'];
  const value = places.map((name) => headers[name]).find((header) => header !== undefined);
  return value === undefined ? undefined : withoutScheme(value);
}

function withoutScheme(value: string): string {
  return value.replace(/^\s*(?:bearer|token|key)\s+/i, '').trim();
}

/** Counters keep neither secrets nor people's names, and no keys of any length. */
function hashed(value: string, { digest }: SubjectLookup): MaybePromise<string> {
  const hash = digest([value]);
  return hash instanceof Promise ? hash.then(shortened) : shortened(hash);
}

function shortened(hash: string): string {
  return hash.slice(0, 32);
}
