import type { WireError } from '@sluice/core';
import { modelOf, type PlannedStep } from './plan.ts';

/** How many tokens a model takes, or undefined for one that nobody knows. */
export type ContextWindow = (provider: string, model: string) => number | undefined;

/** The request is too long for this model, so neither another try nor a model of the same size helps. */
export function isOverflow({ code, message, status }: WireError): boolean {
  return (status === undefined || STATUSES.has(status)) && SAYINGS.test(`${code ?? ''}: ${message}`);
}

/**
 * A request that was too long for one step may fit into another: its window is known to be larger, or nobody knows both
 * windows and it names another model.
 */
export function mayFit(candidate: PlannedStep, tooSmall: PlannedStep, contextWindow: ContextWindow): boolean {
  const [wanted, failed] = [modelOf(candidate), modelOf(tooSmall)];
  const larger = windowOf(candidate, wanted, contextWindow);
  const smaller = windowOf(tooSmall, failed, contextWindow);
  if (larger !== undefined && smaller !== undefined) return larger > smaller;
  return wanted !== null && wanted !== failed;
}

function windowOf({ provider }: PlannedStep, model: string | null, contextWindow: ContextWindow): number | undefined {
  return model === null ? undefined : contextWindow(provider.id, model);
}

/** With 429 the same words speak of a rate. */
const STATUSES: ReadonlySet<number> = new Set([200, 400, 413, 422]);

const SAYINGS = new RegExp(
  [
    'context_length_exceeded',
    'exceed_context_size_error',
    'context (?:length|window|limit|size)',
    'maximum (?:context|prompt length)',
    '(?:prompt|input) is too long',
    'input token length',
    'too many tokens',
    'exceeds the maximum number of tokens',
    'exceeds max(?:imum)? length',
    'range of input length',
  ].join('|'),
  'i',
);
