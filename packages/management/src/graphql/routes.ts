import { Hono } from 'hono';
import { z } from 'zod';
import { json } from '../openapi/answers.ts';
import { describe } from '../openapi/describe.ts';
import type { ManagementEnv } from '../routing.ts';
import { jsonBody, validBody } from '../validate.ts';
import type { GraphqlHandler, Question } from './handler.ts';
import type { Scope } from './resolvers.ts';

/** Cloudflare's GraphQL API, as far as it is about AI gateways. Its library is loaded by the first query. */
export function graphqlRoutes(storage: Scope['storage'], report: (error: unknown) => void): Hono<ManagementEnv> {
  let loaded: Promise<GraphqlHandler> | undefined;
  const load = (): Promise<GraphqlHandler> => {
    loaded ??= import('./handler.ts').then(({ createGraphql }) => createGraphql(report));
    return loaded;
  };
  const routes = new Hono<ManagementEnv>();
  routes.post(
    '/',
    describe({
      summary: 'Ask in GraphQL',
      details:
        "The nodes of Cloudflare's GraphQL API that are about AI gateways. What is wrong with a query stands in `errors`.",
      answer: json(wireResult),
    }),
    jsonBody,
    validBody(question),
    async (c) => {
      const answer = await load();
      const { data, errors } = await answer(c.req.valid('json'), { account: c.var.account, storage });
      // Like Cloudflare's answers, one has both fields always, and is 200 also where all of it failed.
      return c.json({ data: data ?? null, errors: errors?.map((error) => error.toJSON()) ?? null });
    },
  );
  return routes;
}

const question: z.ZodType<Question> = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

const wireResult: z.ZodType = z.strictObject({
  data: z.record(z.string(), z.unknown()).nullable(),
  errors: z
    .array(
      z.strictObject({
        message: z.string(),
        locations: z.array(z.strictObject({ line: z.int(), column: z.int() })).optional(),
        path: z.array(z.union([z.string(), z.int()])).optional(),
        extensions: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .nullable(),
});
