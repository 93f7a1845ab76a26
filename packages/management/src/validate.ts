import { zValidator } from '@hono/zod-validator';
import type { MiddlewareHandler } from 'hono';
import type { z } from 'zod';
import { noted } from './openapi/describe.ts';
import { explain, toProblems } from './problems.ts';
import { InvalidRequest } from './refusal.ts';
import type { ManagementEnv } from './routing.ts';

/** A middleware after which `c.req.valid(target)` gives a `T`. */
export type Validated<Target extends 'json' | 'query', T> = MiddlewareHandler<
  ManagementEnv,
  string,
  { in: { [K in Target]: unknown }; out: { [K in Target]: T } }
>;

/** The query as the schema wants it, or one 7001 for each problem. */
export function validQuery<T>(schema: z.ZodType<T>): Validated<'query', T> {
  return validated('query', 'query', schema);
}

/** The JSON body as the schema wants it, or one 7001 for each problem. */
export function validBody<T>(schema: z.ZodType<T>): Validated<'json', T> {
  return validated('json', 'body', schema);
}

function validated<Target extends 'json' | 'query', T>(target: Target, place: string, schema: z.ZodType<T>) {
  const refuse = (result: { success: boolean; error?: z.core.$ZodError }): void => {
    if (result.error !== undefined) throw new InvalidRequest(toProblems(result.error, place));
  };
  const middleware = zValidator(target, schema, refuse, {
    validationFunction: (_, value) => schema.safeParse(value, { error: explain }),
  });
  // The library's own type names the shape of its failure answer, which `refuse` never lets it give.
  return noted(middleware as unknown as Validated<Target, T>, { [target]: schema });
}

/** Says what is wrong with a body that is no JSON, before the schema looks at it. */
export const jsonBody: MiddlewareHandler<ManagementEnv> = async (c, next) => {
  if (!JSON_TYPE.test(c.req.header('content-type') ?? '')) {
    throw new InvalidRequest([
      { message: 'Send the body as JSON, with the header "content-type: application/json".', path: ['body'] },
    ]);
  }
  await c.req.json().catch((error: unknown) => {
    throw new InvalidRequest([{ message: `The body is not valid JSON: ${placeOf(error)}.`, path: ['body'] }]);
  });
  await next();
};

/** Where it breaks, as far as the parser says. Its own words quote the body, which may hold a secret. */
function placeOf(error: unknown): string {
  const position = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
  return position === undefined
    ? 'it breaks off, or a sign is missing or out of place'
    : `look at position ${position}`;
}

// The same types that Hono's validator reads as JSON.
const JSON_TYPE = /^application\/([a-z-.]+\+)?json(;\s*[a-zA-Z0-9-]+=([^;]+))*$/;
