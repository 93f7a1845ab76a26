import { Hono } from 'hono';
import type { RouterRoute } from 'hono/types';
import { z } from 'zod';
import type { ManagementEnv } from '../routing.ts';
import { bytes, json } from './answers.ts';
import { describe } from './describe.ts';
import { BASE } from './described-routes.ts';
import { createDocument, type Document } from './document.ts';
import { renderReference } from './reference.ts';

/** The OpenAPI document of these routes, and a page to read it. Both hold no data, and are for anyone. */
export function openapiRoutes(routesOf: () => readonly RouterRoute[], publicUrl?: string): Hono<ManagementEnv> {
  let made: Document | undefined;
  // Only once somebody asks: every route has to be there.
  const documentFor = (url: string): Document => {
    made ??= createDocument(routesOf());
    return { ...made, servers: [{ url: (publicUrl ?? new URL(url).origin) + BASE }] };
  };

  const routes = new Hono<ManagementEnv>();
  routes.get('/openapi.json', describe({ summary: 'Read this document', answer: json(z.looseObject({})) }), (c) =>
    c.json(documentFor(c.req.url)),
  );
  routes.get('/docs', describe({ summary: 'Read this document as a page', answer: bytes('text/html') }), (c) => {
    const nonce = crypto.randomUUID();
    c.header('content-security-policy', `${POLICY} style-src 'nonce-${nonce}'`);
    c.header('x-content-type-options', 'nosniff');
    return c.html(renderReference(documentFor(c.req.url), nonce));
  });
  return routes;
}

/** The page asks for nothing, runs nothing, and is framed by nobody. */
const POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';";
