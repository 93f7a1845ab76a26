import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { z } from 'zod';
import { isSecure } from '../sign-in/session-cookie.ts';

/** What a sign-in begins with, and what its end has to match. It stays with the browser that began it. */
export interface Handshake {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Leaves it with the browser for ten minutes. */
export function keepHandshake(c: Context, handshake: Handshake): void {
  setCookie(c, NAME, btoa(JSON.stringify(handshake)), {
    ...PLACE,
    secure: isSecure(c),
    httpOnly: true,
    // The way back is a link from another site, so that `Strict` would be withheld.
    sameSite: 'Lax',
    maxAge: 600,
  });
}

/** Takes it back: each serves once. */
export function takeHandshake(c: Context): Handshake | undefined {
  const value = getCookie(c, NAME);
  deleteCookie(c, NAME, PLACE);
  if (value === undefined) return undefined;
  try {
    return handshake.parse(JSON.parse(atob(value)));
  } catch {
    return undefined;
  }
}

const handshake: z.ZodType<Handshake> = z.object({ state: z.string(), nonce: z.string(), verifier: z.string() });

const NAME = 'sluice_oidc';
const PLACE = { path: '/' } as const;
