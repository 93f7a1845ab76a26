import type { Call, CallPatch, GatewayError, Next, PluginHost, Reply } from '@sluice/core';
import { AccessTokens } from './access-tokens.ts';
import { AwsSigner, parseAwsKey } from './aws-signer.ts';
import { credentialHeader } from './credential-header.ts';
import { withCredential } from './injection.ts';
import { decodeServiceAccount, parseServiceAccount } from './service-account.ts';
import { isAws, isVertex } from './vendors.ts';

/** A secret, and what to call it in front of people. */
export interface NamedSecret {
  /** Begins a sentence: `The key "default" stored for openai`. */
  readonly name: string;
  readonly text: string;
}

/** Sends a call with a secret, in the form that its provider wants. Rejects with `UnusableKey` when the secret has no such form. */
export type Sender = (call: Call, next: Next, secret: NamedSecret) => Promise<Reply>;

/** Knows every form a secret can have: a plain key, an AWS key that signs, a service account that access tokens are made from. */
export function createSender(host: PluginHost, tokenUrl: string | undefined): Sender {
  const signer = new AwsSigner(host.now);
  const tokens = new AccessTokens(host, tokenUrl);

  return async (call, next, { name, text }) => {
    const secret = text.trim();
    const { provider } = call;
    if (isAws(provider) && secret.startsWith('{')) {
      return next(withCredential(call, await signer.sign(call, parseAwsKey(secret, name), name)));
    }
    const account = isVertex(provider) ? (decodeServiceAccount(secret) ?? secret) : secret;
    if (isVertex(provider) && account.startsWith('{')) return sendWithToken(call, next, { name, text: account });
    return next(withCredential(call, credentialHeader(call, secret, name)));
  };

  async function sendWithToken(call: Call, next: Next, { name, text }: NamedSecret): Promise<Reply> {
    const account = parseServiceAccount(text, name);
    const first = await tokens.get(call, account);
    const reply = await next(bearer(call, first.token));
    if (reply.status !== 401 || !first.isRemembered) return reply;
    // The token was revoked before its time. A fresh one is tried once.
    tokens.forget(first);
    const second = await tokens.get(call, account);
    discard(reply);
    return next(bearer(call, second.token));
  }
}

/** Nobody wants this answer: its connection is closed. */
export function discard(answer: Reply | GatewayError): void {
  if ('type' in answer && answer.type === 'stream') answer.body.cancel();
}

function bearer(call: Call, token: string): CallPatch {
  return withCredential(call, { authorization: `Bearer ${token}` });
}
