import type { DescribedRoute } from './described-routes.ts';
import type { Parameter } from './operation.ts';
import type { JsonSchema, Schemas } from './schemas.ts';

/** The parameters that a path has: `:gateway`. */
export function pathParameters(path: string): Parameter[] {
  const names = [...path.matchAll(/:(\w+)/g)].flatMap(([, name]) => name ?? []);
  return names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string', minLength: 1 } }));
}

/** One parameter for each property of the query's schema. */
export function queryParameters({ query }: DescribedRoute, schemas: Schemas): Parameter[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = schemas.input(query);
  return Object.entries(properties).flatMap(([name, property]) =>
    typeof property === 'boolean' ? [] : [toParameter(name, property, required.includes(name))],
  );
}

function toParameter(name: string, { description, ...schema }: JsonSchema, required: boolean): Parameter {
  const about = { name, in: 'query', required, ...(description !== undefined && { description }) } as const;
  return isStructured(schema) ? { ...about, content: { 'application/json': { schema } } } : { ...about, schema };
}

/** What no plain text could hold is sent as JSON text. */
function isStructured({ type, items }: JsonSchema): boolean {
  return type === 'array' && typeof items === 'object' && !Array.isArray(items) && items.type === 'object';
}
