import { type Call, GatewayError, type MaybePromise, type Plugin, type StateKey, stateKey } from '@sluice/core';
import { type NativeToken, nativeTokens, stripScheme, withoutHeaders } from './native-token.ts';

export interface AuthOptions {
  /** Says whether this token may use this gateway. It is asked on the path of calls, so it answers from memory when it can. */
  readonly verify: (token: string, account: string, gatewayId: string) => MaybePromise<boolean>;
}

/** The call came with a valid token of an authenticated gateway. Calls of open gateways are not marked, whatever they bring. */
export const authenticated: StateKey<boolean> = stateKey('auth.authenticated');

/**
 * Lets calls of an authenticated gateway in when they bring a valid gateway token, in `cf-aig-authorization` or in the
 * vendor's own credential header, before their body is read. A gateway token in the latter never goes upstream, on open
 * gateways either.
 */
export function auth({ verify }: AuthOptions): Plugin {
  return {
    name: 'auth',
    stage: 'guard',
    setup: () => ({
      admit: (call) => check(call, (token) => verify(token, call.account, call.gateway.id)),
      handle(call, next) {
        const ours = call.state.get(gatewayTokens);
        return ours === undefined ? next() : next({ headers: withoutHeaders(call.headers, ours) });
      },
    }),
  };
}

/** Gateway tokens that stand where a vendor's credential would. */
const gatewayTokens: StateKey<readonly NativeToken[]> = stateKey('auth.gatewayTokens');

type Verify = (token: string) => MaybePromise<boolean>;

function check(call: Call, isValid: Verify): MaybePromise<void> {
  const token = stripScheme(call.options.get('authorization') ?? '');
  const candidates = nativeTokens(call);
  if (token === '') return candidates.length > 0 ? admitByNativeToken(call, candidates, isValid) : assertOpen(call);
  // Whoever names a gateway token has said which header is which: the vendor's own hold the vendor's credential, all
  // but a copy of the same token, which would only leak.
  const copies = candidates.filter((candidate) => candidate.token === token);
  if (call.gateway.authentication) return admitByNamedToken(call, token, copies, isValid);
  return copies.length === 0 ? undefined : admitByNativeToken(call, copies, isValid);
}

function assertOpen(call: Call): void {
  if (call.gateway.authentication) throw missingToken(call);
}

async function admitByNamedToken(
  call: Call,
  token: string,
  copies: readonly NativeToken[],
  isValid: Verify,
): Promise<void> {
  if (!(await isValid(token))) throw wrongToken(call, 'The token in cf-aig-authorization');
  call.state.set(authenticated, true);
  if (copies.length > 0) call.state.set(gatewayTokens, copies);
}

async function admitByNativeToken(call: Call, candidates: readonly NativeToken[], isValid: Verify): Promise<void> {
  const ours: NativeToken[] = [];
  const isOurs = call.gateway.authentication ? isValid : unlessItFails(isValid);
  for (const candidate of candidates) if (await isOurs(candidate.token)) ours.push(candidate);
  if (ours.length === 0 && call.gateway.authentication) {
    throw wrongToken(call, `There is no cf-aig-authorization header, and what ${headerNames(candidates)} holds`);
  }
  if (ours.length === 0) return;
  call.state.set(gatewayTokens, ours);
  if (call.gateway.authentication) call.state.set(authenticated, true);
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

function headerNames(candidates: readonly NativeToken[]): string {
  return candidates.map((candidate) => candidate.header).join(' or ');
}
