import type { FinishReason, RequestView, Usage, WireError } from '@sluice/core';
import { errorMessage } from '../support/error-message.ts';
import { asObject, type JsonObject } from '../support/json.ts';

/** An error with its status left out where nobody named one. */
export function wireError(code: string | null, message: string, status?: number): WireError {
  return status === undefined ? { code, message } : { code, message, status };
}

/** What an event that reports an error says went wrong; never empty. */
export function eventMessage(event: unknown): string {
  return errorMessage(event) ?? 'The provider reported an error without a message.';
}

/** The body of a request as an object; empty when it is not one. */
export function requestBody(request: RequestView): JsonObject {
  return asObject(request.json()) ?? {};
}

/** A vendor's word for why it stopped; null when it gave none, `other` when the table doesn't know it. */
export function finishReasonFrom(table: Readonly<Record<string, FinishReason>>, word: unknown): FinishReason | null {
  if (typeof word !== 'string' || word === '') return null;
  return Object.hasOwn(table, word) ? (table[word] ?? 'other') : 'other';
}

/** A count plus the parts that a vendor states beside it; unknown when the count itself is. */
export function plus(count: number | null, ...parts: readonly (number | null)[]): number | null {
  return count === null ? null : parts.reduce<number>((sum, part) => sum + (part ?? 0), count);
}

/** The counts that were stated; the others are left out. */
export function stated<Name extends string>(
  counts: Readonly<Record<Name, number | null>>,
): Partial<Record<Name, number>> {
  const entries = Object.entries<number | null>(counts).filter(([, count]) => count !== null);
  return Object.fromEntries(entries) as Partial<Record<Name, number>>;
}

/** The `units` of a usage, with the quantities that were stated; without any, no `units` at all. */
export function unitsOf(quantities: Readonly<Record<string, number | null>>): Pick<Usage, 'units'> {
  const units = stated(quantities) as Record<string, number>;
  return Object.keys(units).length === 0 ? {} : { units };
}

/** A member that is there and not null. */
export function isStated(value: unknown): boolean {
  return value !== undefined && value !== null;
}
