import { UNKNOWN_USAGE, type Usage } from '@sluice/core';

/** A usage in which only the given fields are known, or null when none of them is. */
export function usageOf(known: Partial<Usage>): Usage | null {
  for (const value of Object.values(known)) {
    if (value !== null && value !== undefined) return { ...UNKNOWN_USAGE, ...known };
  }
  return null;
}
