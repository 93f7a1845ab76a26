import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

/** How long somebody stays signed in: a day of work, after which a token's or a group's end has been heard of. */
export const SESSION_MS: number = 12 * 3600 * 1000;

/** The secret that a browser brings. */
export function sessionSecret(c: Context): string | undefined {
  return getCookie(c, NAME) || undefined;
}

/** Leaves the secret with the browser, where no script reads it and no other site can make use of it. */
export function setSessionCookie(c: Context, secret: string): void {
  setCookie(c, NAME, secret, { ...PLACE, secure: isSecure(c), httpOnly: true, maxAge: SESSION_MS / 1000 });
}

/** Takes it away again. */
export function clearSessionCookie(c: Context): void {
  deleteCookie(c, NAME, PLACE);
}

/** The browser came over TLS, here or at the proxy in front, whose word costs nothing: it only makes cookies stricter. */
export function isSecure(c: Context): boolean {
  return new URL(c.req.url).protocol === 'https:' || c.req.header('x-forwarded-proto') === 'https';
}

const NAME = 'sluice_session';
const PLACE = { path: '/', sameSite: 'Strict' } as const;
