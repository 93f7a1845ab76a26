import { expect } from 'vitest';
import { accessOf } from '../src/authorize.ts';
import { failure } from '../src/openapi/answers.ts';
import { BASE, type DescribedRoute, describedRoutes } from '../src/openapi/described-routes.ts';
import { refusalsBy } from '../src/openapi/operation.ts';

type Routes = Parameters<typeof describedRoutes>[0];

/** Fails for an answer that is not as its route says. What no route answers, and internal errors, are let through. */
export async function assertDescribed(routes: Routes, { method, url }: Request, response: Response): Promise<void> {
  const path = new URL(url).pathname.slice(BASE.length);
  const route = describedRoutes(routes)
    .filter((route) => route.method === method && toPattern(route.path).test(path))
    // `/session/methods` is that route, also where `/session/:id` would match.
    .sort((a, b) => a.path.split(':').length - b.path.split(':').length)[0];
  if (route?.description === undefined || response.status >= 500) return;
  const { status, type, schema } = route.description.answer;
  const given = response.clone();
  if (response.status !== status) {
    expect([...refusalsBy(route, accessOf(method, route.path))], titleOf(route)).toContain(response.status);
    expect(failure.safeParse(await given.json()).error, titleOf(route)).toBeUndefined();
    return;
  }
  if (type !== undefined && type !== '*/*') expect(response.headers.get('content-type')).toContain(type);
  if (schema !== undefined) expect(schema.safeParse(await given.json()).error, titleOf(route)).toBeUndefined();
}

function titleOf({ method, path }: DescribedRoute): string {
  return `${method} ${path} answers as it is described`;
}

function toPattern(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`);
}
