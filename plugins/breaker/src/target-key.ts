import type { Call } from '@sluice/core';

/** Names what a circuit stands for: this model of this provider, with this key, as a gateway sees it. */
export function targetKey({ account, gateway, provider, credential, headers, request }: Call): string {
  // One client's own key may be spent while those of others are not.
  const key = credential ?? fingerprint(provider.credentialHeaders.map((name) => headers[name] ?? '').join('\n'));
  return [account, gateway.id, provider.id, key, request.model?.slice(0, LONGEST_MODEL)].join('\n');
}

// A client may name anything.
const LONGEST_MODEL = 200;

// Another one in every process, so that nobody can choose keys that fall together.
const SEED = Math.floor(Math.random() * 2 ** 32);

/** 53 bits of a text, which does not have to be kept itself (cyrb53). */
function fingerprint(text: string): string {
  let high = 0xdeadbeef ^ SEED;
  let low = 0x41c6ce57 ^ SEED;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(36);
}
