import type { Role, Session } from '@sluice/storage';
import type { TokenVerifier } from './management.ts';
import { Refusal } from './refusal.ts';

/** Who calls the API, and what he may do. */
export interface Caller {
  readonly account: string;
  readonly role: Role;
  /** A token's id, or what an identity provider calls the person. */
  readonly id: string;
  readonly name: string;
  /** The stored token that he came or signed in with; undefined for persons, and where a verifier names none. */
  readonly tokenId: string | undefined;
  /** The session of whoever came with a cookie. */
  readonly session: Session | undefined;
}

/** Whom a management token speaks for. Throws a refusal for any other token. */
export async function callerOfToken(verify: TokenVerifier, token: string): Promise<Caller> {
  const holder = await verify(token);
  if (holder === undefined) {
    throw new Refusal(
      401,
      10000,
      'Authentication error: this management token is unknown. Create one, or check for a typing error.',
    );
  }
  if (holder.kind === 'gateway') {
    throw new Refusal(
      403,
      10000,
      'Authentication error: this token is for calls through a gateway only. Send a management token here.',
    );
  }
  const { account, id, name = 'a token', role } = holder;
  return { account, role: role ?? 'viewer', id: id ?? 'token', name, tokenId: id, session: undefined };
}

/** Whom a session speaks for. */
export function callerOfSession(session: Session): Caller {
  const { account, role, subject, name, tokenId } = session;
  return { account, role, id: subject, name, tokenId: tokenId ?? undefined, session };
}
