import type { MiddlewareHandler } from 'hono';
import type { z } from 'zod';
import type { Answer } from './answers.ts';

/** What readers of the reference are told of a route. */
export interface Description {
  /** What the route does, in a few words: `List gateways`. */
  readonly summary: string;
  /** What there is to know beyond its schemas. */
  readonly details?: string;
  readonly answer: Answer;
  /** What it may be refused with beyond what its path, its body and its role bring along. */
  readonly refusals?: readonly number[];
}

/** All that is known of a route: its description, and the schemas that requests are checked with. */
export interface RouteNotes {
  readonly description?: Description;
  readonly query?: z.ZodType;
  readonly json?: z.ZodType;
}

/** Says what a route does and answers. Stands first among the handlers of a route: `routes.get('/', describe({ … }), …)`. */
export function describe(description: Description): MiddlewareHandler {
  return noted((_, next) => next(), { description });
}

/** Remembers something of whatever route this handler is a part of. */
export function noted<T extends object>(handler: T, notes: RouteNotes): T {
  NOTES.set(handler, notes);
  return handler;
}

/** What a handler says of its route. */
export function notesOf(handler: object): RouteNotes {
  return NOTES.get(handler) ?? {};
}

const NOTES = new WeakMap<object, RouteNotes>();
