import type { Call, MaybePromise } from '@sluice/core';
import type { Step } from './read-steps.ts';

/** Whether a text is a token of gateways, which no vendor should see. */
export type IsGatewayToken = (token: string) => MaybePromise<boolean>;

/** The token that an authenticated gateway has let the call in with. */
export function tokenOf({ gateway, options }: Call): string | undefined {
  const token = gateway.authentication ? bare(options.get('authorization') ?? '') : '';
  return token === '' ? undefined : token;
}

/** The gateway tokens that stand where a vendor's credential would. Where nobody can say they count as the vendor's. */
export async function tokensIn(
  headers: Step['headers'],
  credentialHeaders: readonly string[],
  isGatewayToken: IsGatewayToken,
): Promise<readonly string[]> {
  const places = new Set(['authorization', ...credentialHeaders]);
  const candidates = [...places].flatMap((name) => bare(headers[name] ?? '') || []);
  const verdicts = await Promise.all(candidates.map((candidate) => asked(candidate, isGatewayToken)));
  return candidates.filter((_, index) => verdicts[index]);
}

/** A client that puts a gateway token into a step would hand it to a vendor. */
export function withoutTokens(headers: Step['headers'], tokens: readonly string[]): Step['headers'] {
  if (tokens.length === 0) return headers;
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => !tokens.includes(bare(value))));
}

async function asked(token: string, isGatewayToken: IsGatewayToken): Promise<boolean> {
  try {
    return await isGatewayToken(token);
  } catch {
    return false;
  }
}

function bare(credential: string): string {
  return credential.replace(/^\s*(?:bearer|token|key|api-key)\s+/i, '').trim();
}
