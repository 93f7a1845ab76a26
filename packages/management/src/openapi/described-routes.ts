import type { RouterRoute } from 'hono/types';
import { notesOf, type RouteNotes } from './describe.ts';

/** A route as Hono has it, with everything its handlers say of it. */
export interface DescribedRoute extends RouteNotes {
  readonly method: string;
  /** Below `/client/v4`, with parameters as `:name`. */
  readonly path: string;
}

/** Every route that is for one method, once. What is for all methods below a path is no route of its own. */
export function describedRoutes(routes: readonly RouterRoute[]): DescribedRoute[] {
  const known = new Map<string, DescribedRoute>();
  for (const { method, path, handler } of routes) {
    if (method === 'ALL') continue;
    const name = `${method} ${path}`;
    const route = known.get(name) ?? { method, path: path.slice(BASE.length) };
    known.set(name, { ...route, ...notesOf(handler) });
  }
  return [...known.values()];
}

/** Where the API begins. */
export const BASE = '/client/v4';
