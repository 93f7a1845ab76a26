import type { Call, OperationName } from '@sluice/core';

/** How a call wants to be cached. */
export interface Wish {
  readonly ttlSeconds: number;
  /** How long behind its lifetime an answer may still be served while a fresh one is fetched. */
  readonly staleSeconds: number;
  /** The stored answer is not looked at, only replaced. */
  readonly skipsRead: boolean;
  /** What the client wrote in place of the computed key. */
  readonly customKey: string | undefined;
}

/** What a call wants of the cache, or undefined when it is not to be cached. The call's own options beat the gateway's. */
export function wishOf(call: Call): Wish | undefined {
  const { options, gateway } = call;
  const customKey = options.get('cache-key') || undefined;
  const ttlSeconds =
    ttlOf(options.get('cache-ttl')) ?? (gateway.cacheTtl || (customKey === undefined ? 0 : FALLBACK_TTL));
  if (ttlSeconds <= 0 || !isCacheable(call)) return undefined;
  const policy = gateway.traffic?.cache;
  if (policy?.streams === false && call.request.stream) return undefined;
  return {
    ttlSeconds: Math.min(ttlSeconds, LONGEST),
    staleSeconds: Math.min(policy?.staleWhileRevalidateSeconds ?? 0, LONGEST),
    skipsRead: options.get('skip-cache')?.trim().toLowerCase() === 'true',
    customKey,
  };
}

/** A month, in seconds: neither a lifetime nor the time behind it is longer. */
export const LONGEST = 2_592_000;

const SHORTEST = 60;

/** For a custom key where nobody says how long. */
const FALLBACK_TTL = 300;

/** Undefined for what is not a number of seconds: the header is taken as absent. */
function ttlOf(header: string | undefined): number | undefined {
  if (header === undefined || !/^\s*\d{1,15}\s*$/.test(header)) return undefined;
  const seconds = Number(header);
  return seconds === 0 ? 0 : Math.max(SHORTEST, seconds);
}

/** Text and pictures. Speech, transcripts and what nobody reads are forwarded each time. */
const OPERATIONS: ReadonlySet<OperationName> = new Set([
  'chat',
  'completion',
  'embeddings',
  'images',
  'moderation',
  'rerank',
]);

const MAX_REQUEST_BYTES = 25 * 1024 * 1024;

function isCacheable(call: Call): boolean {
  const { method, body, target } = call;
  if (method !== 'POST' || body === null || body.byteLength > MAX_REQUEST_BYTES) return false;
  return target.protocol !== undefined && OPERATIONS.has(target.protocol.operation) && !leavesTraces(call);
}

/** OpenAI keeps what was said in a `conversation`, and works on in the `background`: the same words mean something else next time. */
function leavesTraces(call: Call): boolean {
  if (call.target.protocol?.name !== 'openai-responses') return false;
  const body = call.json() as { readonly background?: unknown; readonly conversation?: unknown } | null | undefined;
  return body?.background === true || (body?.conversation ?? null) !== null;
}
