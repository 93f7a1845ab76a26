import type { Context } from 'hono';
import { Refusal } from '../refusal.ts';

/**
 * Lets a browser change something only from a page of this server. `SameSite=Strict` keeps other sites' requests without
 * a cookie, but another host of the same site (`blog.example.com` beside `sluice.example.com`) is no other site.
 */
export function assertSameOrigin(c: Context): void {
  if (READING.has(c.req.method) || isSameOrigin(c)) return;
  throw new Refusal(
    403,
    10000,
    'Authorization error: a session can change something only from a page of this server. Programs send a token instead.',
  );
}

function isSameOrigin(c: Context): boolean {
  // The browser's own judgement, which no script can set. It also holds behind a proxy that changes the host.
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin';
  // Not sent over plain HTTP. Every browser names the origin of a request that may change something.
  const origin = c.req.header('origin');
  return origin !== undefined && URL.parse(origin)?.host === new URL(c.req.url).host;
}

const READING: ReadonlySet<string> = new Set(['GET', 'HEAD']);
