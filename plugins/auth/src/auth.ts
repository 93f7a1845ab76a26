import {
  type Call,
  GatewayError,
  type MaybePromise,
  type Next,
  type Plugin,
  type Reply,
  type StateKey,
  stateKey,
} from '@sluice/core';
import { type NativeToken, nativeTokens, stripScheme, withoutHeaders } from './native-token.ts';

export interface AuthOptions {
  /** Says whether this token may use this gateway. It is asked on the path of calls, so it answers from memory when it can. */
  readonly verify: (token: string, account: string, gatewayId: string) => MaybePromise<boolean>;
}

/** The call came with a valid token of an authenticated gateway. Calls of open gateways are not marked, whatever they bring. */
export const authenticated: StateKey<boolean> = stateKey('auth.authenticated');

/**
 * Lets calls of an authenticated gateway in when they bring a valid gateway token, in `cf-aig-authorization` or in the
 * vendor's own credential header. A gateway token in the latter never goes upstream, on open gateways either.
 */
export function auth(options: AuthOptions): Plugin {
  return {
    name: 'auth',
    stage: 'guard',
    setup: () => ({
      handle: (call, next) => check(call, next, options),
    }),
  };
}

function check(call: Call, next: Next, { verify }: AuthOptions): MaybePromise<Reply> {
  const isValid = (token: string) => verify(token, call.account, call.gateway.id);
  const token = stripScheme(call.options.get('authorization') ?? '');
  if (token !== '') return withNamedToken(call, next, token, isValid);
  const candidates = nativeTokens(call);
  if (candidates.length > 0) return admitByNativeToken(call, next, candidates, isValid);
  if (call.gateway.authentication) throw missingToken(call);
  return next();
}

type Verify = (token: string) => MaybePromise<boolean>;

/** Whoever names a gateway token has said which header is which: the vendor's own headers hold the vendor's credential. */
function withNamedToken(call: Call, next: Next, token: string, isValid: Verify): MaybePromise<Reply> {
  // All but a copy of the same token, which would only leak.
  const copies = nativeTokens(call).filter((candidate) => candidate.token === token);
  if (call.gateway.authentication) return admitByNamedToken(call, next, token, copies, isValid);
  return copies.length === 0 ? next() : admitByNativeToken(call, next, copies, isValid);
}

async function admitByNamedToken(
  call: Call,
  next: Next,
  token: string,
  copies: readonly NativeToken[],
  isValid: Verify,
): Promise<Reply> {
  if (!(await isValid(token))) throw wrongToken(call, 'The token in cf-aig-authorization');
  call.state.set(authenticated, true);
  return copies.length === 0 ? next() : next({ headers: withoutHeaders(call.headers, copies) });
}

async function admitByNativeToken(
  call: Call,
  next: Next,
  candidates: readonly NativeToken[],
  isValid: Verify,
): Promise<Reply> {
  const ours: NativeToken[] = [];
  const isOurs = call.gateway.authentication ? isValid : unlessItFails(isValid);
  for (const candidate of candidates) if (await isOurs(candidate.token)) ours.push(candidate);
  if (ours.length === 0 && call.gateway.authentication) {
    throw wrongToken(call, `There is no cf-aig-authorization header, and what ${headerNames(candidates)} holds`);
  }
  if (ours.length === 0) return next();
  if (call.gateway.authentication) call.state.set(authenticated, true);
  return next({ headers: withoutHeaders(call.headers, ours) });
}

/** An open gateway stays open when tokens can't be looked up. */
function unlessItFails(isValid: Verify): Verify {
  return async (token) => {
    try {
      return await isValid(token);
    } catch {
      return false;
    }
  };
}

const WAY_OUT =
  'Send "cf-aig-authorization: Bearer <token>" with a token of this account, or switch the gateway\'s authentication off.';

function missingToken({ gateway }: Call): GatewayError {
  return new GatewayError(
    'unauthorized',
    `Gateway "${gateway.id}" needs a gateway token and the call has none. ${WAY_OUT}`,
  );
}

function wrongToken({ gateway }: Call, what: string): GatewayError {
  return new GatewayError('unauthorized', `${what} is not a valid token for gateway "${gateway.id}". ${WAY_OUT}`);
}

function headerNames(candidates: readonly NativeToken[]): string {
  return candidates.map((candidate) => candidate.header).join(' or ');
}
