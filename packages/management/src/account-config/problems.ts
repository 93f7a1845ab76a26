import type { z } from 'zod';
import type { Notice } from '../envelope.ts';
import { explain, toProblems } from '../problems.ts';
import { InvalidRequest } from '../refusal.ts';

type Place = readonly (string | number)[];

/** All that is wrong with a file, so that its writer mends it in one go. */
export class Problems {
  readonly #found: Omit<Notice, 'code'>[] = [];

  /** Says what is wrong at a place; the sentence names it, unless it does so already. */
  add(path: Place, message: string): void {
    const place = path.join('.');
    const named = place === '' || message.includes(place) ? message : `${place}: ${message}`;
    this.#found.push({ message: named, path: ['body', 'config', ...path.map(String)] });
  }

  /** The value as the schema wants it, or undefined after saying what is wrong with it. */
  check<T>(schema: z.ZodType<T>, value: unknown, path: Place): T | undefined {
    const error = (issue: z.core.$ZodRawIssue) => explain({ ...issue, path: [...path, ...(issue.path ?? [])] });
    const result = schema.safeParse(value, { error });
    if (result.success) return result.data;
    for (const { message, path: inside = [] } of toProblems(result.error, '')) {
      this.add([...path, ...inside.slice(1)], message);
    }
    return undefined;
  }

  /** Throws them, if there are any. */
  throwAny(): void {
    if (this.#found.length > 0) throw new InvalidRequest(this.#found);
  }
}
