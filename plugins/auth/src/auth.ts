import {
  type Call,
  type CallPatch,
  GatewayError,
  type MaybePromise,
  type Plugin,
  type StateKey,
  stateKey,
} from '@sluice/core';
import { type NativeToken, nativeTokens, stripScheme, withoutTokens } from './native-token.ts';

export interface AuthOptions {
  /**
   * Says whether this token may use this gateway, and may name it. It is asked on the path of calls, so it answers from
   * memory when it can. When it can't tell it rejects, and calls of an authenticated gateway are answered with 503.
   */
  readonly verify: (token: string, account: string, gatewayId: string) => MaybePromise<TokenVerdict>;
}

/** `elsewhere` is a token for other gateways: it lets nobody in here, and is no vendor's business either. */
export type TokenVerdict = boolean | 'elsewhere' | VerifiedToken;

/** A token that may use the gateway. */
export interface VerifiedToken {
  /** Stable, and no secret. */
  readonly id: string;
}

/** The call came with a valid token of an authenticated gateway. Calls of open gateways are not marked, whatever they bring. */
export const authenticated: StateKey<boolean> = stateKey('auth.authenticated');

/** The id of the token that an authenticated gateway let the call in with, when `verify` named one. It is not the token. */
export const gatewayToken: StateKey<string> = stateKey('auth.gatewayToken');

/**
 * Lets calls of an authenticated gateway in when they bring a valid gateway token, in `cf-aig-authorization` or in the
 * vendor's own credential header, before their body is read. A gateway token in the latter never goes upstream, on open
 * gateways either, nor does one for another gateway.
 */
export function auth({ verify }: AuthOptions): Plugin {
  return {
    name: 'auth',
    stage: 'guard',
    setup: () => ({
      admit: (call) => check(call, (token) => verify(token, call.account, call.gateway.id)),
      handle(call, next) {
        const ours = call.state.get(misplaced);
        return ours === undefined ? next() : next(withoutOurs(call, ours));
      },
    }),
  };
}

/** Gateway tokens that stand where a vendor's credential would. */
const misplaced: StateKey<readonly NativeToken[]> = stateKey('auth.misplaced');

type Verify = (token: string) => MaybePromise<TokenVerdict>;

function check(call: Call, verify: Verify): MaybePromise<void> {
  const token = stripScheme(call.options.get('authorization') ?? '');
  const candidates = nativeTokens(call);
  if (token === '') return candidates.length > 0 ? admitByNativeToken(call, candidates, verify) : assertOpen(call);
  // Whoever names a gateway token has said which header is which: the vendor's own hold the vendor's credential, all
  // but a copy of the same token, which would only leak.
  const copies = candidates.filter((candidate) => candidate.token === token);
  if (call.gateway.authentication) return admitByNamedToken(call, { token, copies, verify });
  return copies.length === 0 ? undefined : admitByNativeToken(call, copies, verify);
}

function assertOpen(call: Call): void {
  if (call.gateway.authentication) throw missingToken(call);
}

interface NamedToken {
  readonly token: string;
  readonly copies: readonly NativeToken[];
  readonly verify: Verify;
}

async function admitByNamedToken(call: Call, { token, copies, verify }: NamedToken): Promise<void> {
  const verdict = await decide(call, token, verify);
  if (!isAdmitting(verdict)) throw wrongToken(call, 'The token in cf-aig-authorization');
  mark(call, verdict);
  if (copies.length > 0) call.state.set(misplaced, copies);
}

async function admitByNativeToken(call: Call, candidates: readonly NativeToken[], verify: Verify): Promise<void> {
  const ours: NativeToken[] = [];
  let isAdmitted = false;
  for (const candidate of candidates) {
    const verdict = await decide(call, candidate.token, verify);
    if (verdict === false) continue;
    ours.push(candidate);
    if (isAdmitted || !isAdmitting(verdict)) continue;
    isAdmitted = true;
    mark(call, verdict);
  }
  if (ours.length > 0) call.state.set(misplaced, ours);
  if (!isAdmitted && call.gateway.authentication) {
    throw wrongToken(call, `There is no cf-aig-authorization header, and what ${headerNames(candidates)} holds`);
  }
}

/** An open gateway stays open when tokens can't be looked up; an authenticated one can't let anybody in. */
async function decide(call: Call, token: string, verify: Verify): Promise<TokenVerdict> {
  try {
    return await verify(token);
  } catch (cause) {
    if (!call.gateway.authentication) return false;
    throw cause instanceof GatewayError ? cause : unverifiable(call, cause);
  }
}

function isAdmitting(verdict: TokenVerdict): verdict is true | VerifiedToken {
  return verdict !== false && verdict !== 'elsewhere';
}

function mark({ gateway, state }: Call, verdict: true | VerifiedToken): void {
  if (!gateway.authentication) return;
  state.set(authenticated, true);
  if (verdict !== true) state.set(gatewayToken, verdict.id);
}

/** A provider may have copied a credential header into the target's own headers (Bedrock's Messages path does). */
function withoutOurs({ headers, target }: Call, ours: readonly NativeToken[]): CallPatch {
  const patch = { headers: withoutTokens(headers, ours) };
  return target.headers === undefined
    ? patch
    : { ...patch, target: { ...target, headers: withoutTokens(target.headers, ours) } };
}

const WAY_OUT =
  'Send "cf-aig-authorization: Bearer <token>" with a token of this account, or use a gateway that is open.';

function missingToken({ gateway }: Call): GatewayError {
  return new GatewayError(
    'unauthorized',
    `Gateway "${gateway.id}" needs a gateway token and the call has none. ${WAY_OUT}`,
  );
}

function wrongToken({ gateway }: Call, what: string): GatewayError {
  return new GatewayError('unauthorized', `${what} is not a valid token for gateway "${gateway.id}". ${WAY_OUT}`);
}

function unverifiable({ gateway }: Call, cause: unknown): GatewayError {
  return new GatewayError(
    'unavailable',
    `Nobody could say whether the token may use gateway "${gateway.id}". Try again in a moment.`,
    { cause },
  );
}

function headerNames(candidates: readonly NativeToken[]): string {
  return candidates.map((candidate) => candidate.header).join(' or ');
}
