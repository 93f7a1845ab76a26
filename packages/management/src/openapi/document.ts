import type { RouterRoute } from 'hono/types';
import { accessOf } from '../authorize.ts';
import { BASE, describedRoutes } from './described-routes.ts';
import { type Operation, toOperation } from './operation.ts';
import { createSchemas, type JsonSchema } from './schemas.ts';

/** The document that describes an API, by OpenAPI 3.1. */
export interface Document {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly securitySchemes: Readonly<Record<string, Readonly<Record<string, string>>>>;
    readonly schemas: Readonly<Record<string, JsonSchema>>;
  };
}

/** Describes what these routes say of themselves. Its server is the path alone, for whoever knows the rest. */
export function createDocument(routes: readonly RouterRoute[]): Document {
  const schemas = createSchemas();
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of describedRoutes(routes)) {
    const operation = toOperation(route, accessOf(route.method, route.path), schemas);
    if (operation === undefined) continue;
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Sluice management API', version: 'v4', description: ABOUT },
    servers: [{ url: BASE }],
    security: [{ token: [] }, { session: [] }],
    paths,
    components: { securitySchemes: SECURITY, schemas: schemas.named },
  };
}

const ABOUT =
  'Gateways, their logs, keys, datasets, evaluations and figures. Paths, fields and codes are those of ' +
  "Cloudflare's AI Gateway. What an operation asks of its caller stands in `x-role`: viewer, editor or owner.";

const SECURITY = {
  token: { type: 'http', scheme: 'bearer', description: 'A management token.' },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'sluice_session',
    description: 'Set by signing in. What it changes has to come from a page of the same server.',
  },
};
