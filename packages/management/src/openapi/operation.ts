import type { Access } from '../authorize.ts';
import { failure } from './answers.ts';
import type { DescribedRoute } from './described-routes.ts';
import { pathParameters, queryParameters } from './parameters.ts';
import type { JsonSchema, Schemas } from './schemas.ts';

/** An operation of OpenAPI 3.1, as far as this API needs one. */
export interface Operation {
  readonly operationId: string;
  readonly tags: readonly [string];
  readonly summary: string;
  readonly description?: string;
  /** The least role that may call it. */
  readonly 'x-role': Access;
  readonly security?: readonly [];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required: true; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly description?: string;
  readonly schema?: JsonSchema;
  /** Instead of `schema`, for a parameter that is JSON text. */
  readonly content?: Content;
}

export type Content = Readonly<Record<string, { readonly schema?: JsonSchema }>>;

/** What a route is in the document; undefined for one that nobody described. */
export function toOperation(route: DescribedRoute, access: Access, schemas: Schemas): Operation | undefined {
  const { description, json } = route;
  if (description === undefined) return undefined;
  const parameters = [...pathParameters(route.path), ...queryParameters(route, schemas)];
  return {
    operationId: idOf(route),
    tags: [tagOf(route.path)],
    summary: description.summary,
    ...(description.details !== undefined && { description: description.details }),
    'x-role': access,
    ...(access === 'anyone' && { security: [] as const }),
    ...(parameters.length > 0 && { parameters }),
    ...(json !== undefined && { requestBody: { required: true, content: ofJson(schemas.input(json)) } }),
    responses: { ...answerOf(route, schemas), ...refusalsOf(route, access, schemas) },
  };
}

/** The status codes other than success that a route may answer with, but for those of failures. */
export function refusalsBy({ path, query, json, description }: DescribedRoute, access: Access): ReadonlySet<number> {
  const hasParameters = path.includes('/:');
  return new Set([
    ...(hasParameters || query !== undefined || json !== undefined ? [400] : []),
    ...(access === 'anyone' ? [] : [401, 403]),
    ...(hasParameters ? [404] : []),
    ...(json === undefined ? [] : [413]),
    ...(description?.refusals ?? []),
  ]);
}

/** The resource that a path is about: `Provider configs`. */
function tagOf(path: string): string {
  const resource = path
    .replace(/^\/accounts\/:account|^\/user/, '')
    .replace('/ai-gateway', '')
    .replace(/^\/gateways\/:gateway(?=\/)/, '')
    .split('/')[1];
  const words = (resource ?? '').replaceAll(/[-_]/g, ' ');
  return TAGS[words] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

const TAGS: Readonly<Record<string, string>> = {
  url: 'URLs',
  graphql: 'GraphQL',
  docs: 'Reference',
  'openapi.json': 'Reference',
};

function idOf({ method, path }: DescribedRoute): string {
  const words = path.replace('/accounts/:account/ai-gateway', '').match(/[a-z]+/gi) ?? [];
  return [method.toLowerCase(), ...words].join('_');
}

function answerOf({ description }: DescribedRoute, schemas: Schemas): Operation['responses'] {
  if (description === undefined) return {};
  const { status, type, schema } = description.answer;
  const content = type !== undefined && {
    content: { [type]: schema === undefined ? {} : { schema: schemas.output(schema) } },
  };
  return { [status]: { description: status === 302 ? 'Elsewhere' : 'Success', ...content } };
}

function refusalsOf(route: DescribedRoute, access: Access, schemas: Schemas): Operation['responses'] {
  const content = ofJson(schemas.output(failure));
  const refusals = [...refusalsBy(route, access)].map((status) => [
    String(status),
    { description: REASONS[status] ?? 'Refused', content },
  ]);
  return { ...Object.fromEntries(refusals), '5XX': { description: REASONS[500] ?? '', content } };
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'The request breaks a rule, which the message names',
  401: 'Nobody is signed in, or no such token is known',
  403: 'The role or the account is another one',
  404: 'There is no such thing',
  412: 'The state is not the one that was planned for',
  413: 'The body is too large',
  500: 'The server failed: 503 while its database is away, or when the same request may go on where it stopped',
};

function ofJson(schema: JsonSchema): Content {
  return { 'application/json': { schema } };
}
