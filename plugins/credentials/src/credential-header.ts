import type { Call } from '@sluice/core';
import { UnusableKey } from './refusals.ts';
import { isAws, isAzure, isGoogle, isVertex } from './vendors.ts';

/** A plain key in the header that the called place reads. `name` says whose key it is. */
export function credentialHeader(call: Call, secret: string, name: string): Readonly<Record<string, string>> {
  // Anything else breaks the request, and what breaks is reported with the value in it.
  if (!/^[\x20-\x7e]+$/.test(secret)) {
    throw new UnusableKey(`${name} is empty or has characters that no header can hold. Store it again.`);
  }
  const header = headerFor(call, secret);
  if (header !== 'authorization') return { [header]: secret };
  const scheme = isGoogle(call.provider) ? 'Bearer' : (call.provider.credentialScheme ?? 'Bearer');
  // Who stored the word with the key means that word.
  return { authorization: scheme === '' || secret.includes(' ') ? secret : `${scheme} ${secret}` };
}

function headerFor({ provider, target: { path } }: Call, secret: string): string {
  const isMessages = path.startsWith('anthropic/');
  // Claude's own endpoints at Bedrock and Azure read the header of Anthropic's SDK.
  if (isMessages && (isAws(provider) || isAzure(provider))) return 'x-api-key';
  if (isVertex(provider)) return /^(?:AIza|AQ\.)/.test(secret) ? 'x-goog-api-key' : 'authorization';
  // Google's OpenAI-compatible paths take the API key as any OpenAI client sends one; its access tokens stand there everywhere.
  if (isGoogle(provider) && (/(?:^|\/)openai\//.test(path) || secret.startsWith('ya29.'))) return 'authorization';
  return provider.credentialHeaders[0] ?? 'authorization';
}
