import type { Call, MaybePromise, PluginHost } from '@sluice/core';
import { type Asked, askedForm } from './forms/asked.ts';
import { entryName, markName } from './names.ts';
import type { Wish } from './wish.ts';

/** Where the answer to a call lies, and what is wanted of it. */
export interface Address {
  /** What the client and an operator know the entry by. */
  readonly id: string;
  /** Its key in the store. */
  readonly name: string;
  /** The store's key for the moment when a custom key was purged. */
  readonly mark: string | undefined;
  readonly asked: Asked;
}

/**
 * Where the answer to this call lies. Everything that may change the answer goes into the digest, and whatever is not
 * known to be harmless counts as such: account, gateway, provider, address, protocol, stored credential, all headers that
 * go upstream but those in the list below, and the bytes of the body. A custom key stands for address, body and all
 * headers but the credential's.
 */
export function addressOf(call: Call, { customKey }: Wish, host: Pick<PluginHost, 'digest'>): MaybePromise<Address> {
  const asked = askedForm(call);
  const pieces = customKey === undefined ? computed(call, asked) : [custom(call, asked, customKey)];
  const id = host.digest(pieces);
  const mark = customKey === undefined ? undefined : host.digest([customKey]);
  if (typeof id === 'string' && typeof mark !== 'object') return toAddress(call, asked, id, mark);
  return Promise.all([id, mark]).then(([digest, marked]) => toAddress(call, asked, digest, marked));
}

function toAddress({ account, gateway }: Call, asked: Asked, id: string, mark: string | undefined): Address {
  return {
    id,
    name: entryName(account, gateway.id, id),
    mark: mark === undefined ? undefined : markName(account, gateway.id, mark),
    asked,
  };
}

function computed(call: Call, asked: Asked): readonly (string | Uint8Array)[] {
  const { method, request, headers } = call;
  let head = scope(call, asked, 'computed') + item(method) + item(asked.url) + item(request.model ?? '');
  for (const name of Object.keys(headers).sort()) {
    const value = headers[name] ?? '';
    if (!isHarmless(name) && !(asked.isFree && asksForForm(name, value))) head += item(name) + item(value);
  }
  // An item begins with a digit, so nothing in the body can pass for one.
  return [`${head}\n`, ...asked.body];
}

function custom(call: Call, asked: Asked, customKey: string): string {
  const { provider, headers } = call;
  let head = scope(call, asked, 'custom') + item(customKey) + item(asked.query);
  for (const name of new Set(['authorization', ...provider.credentialHeaders].sort())) {
    head += item(name) + item(headers[name] ?? '');
  }
  return head;
}

function scope({ account, gateway, provider, options }: Call, asked: Asked, kind: string): string {
  return (
    item(kind) +
    item(account) +
    item(gateway.id) +
    // Whom an open gateway lets in may not have what stored credentials answered behind a closed one.
    item(gateway.authentication ? 'closed' : 'open') +
    item(provider.revision === undefined ? provider.id : `${provider.id}@${provider.revision}`) +
    item(asked.language) +
    item(asked.isFree ? '' : asked.form) +
    item(options.get('byok-alias') ?? '')
  );
}

/** Some clients say in `accept` which form they asked for. */
function asksForForm(name: string, value: string): boolean {
  return name === 'accept' && /^(?:application\/json|text\/event-stream|\*\/\*|[,\s])*$/.test(value);
}

/** With its length in front, so that no two lists of texts look alike. */
function item(text: string): string {
  return `${text.length}:${text}`;
}

/** Headers that say who asks, when, or how to follow the call; no vendor's answer depends on them. */
const HARMLESS: ReadonlySet<string> = new Set([
  'user-agent',
  'date',
  'origin',
  'referer',
  'priority',
  'traceparent',
  'tracestate',
  'baggage',
  'b3',
  'sentry-trace',
  'x-request-id',
  'x-correlation-id',
  'x-client-request-id',
  'x-amzn-trace-id',
  'x-cloud-trace-context',
  'idempotency-key',
  'x-idempotency-key',
  'x-goog-api-client',
]);

function isHarmless(name: string): boolean {
  return HARMLESS.has(name) || /^(?:x-stainless-|x-b3-|x-datadog-|sec-fetch-|sec-ch-)/.test(name);
}
