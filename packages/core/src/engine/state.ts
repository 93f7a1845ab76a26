import type { CallState, StateKey } from '../contracts/state.ts';

/** State that costs nothing until somebody writes to it. */
export function createState(): CallState {
  let values: Map<StateKey<unknown>, unknown> | undefined;
  return {
    get: <T>(key: StateKey<T>) => values?.get(key) as T | undefined,
    set: (key, value) => {
      values ??= new Map();
      values.set(key, value);
    },
  };
}
