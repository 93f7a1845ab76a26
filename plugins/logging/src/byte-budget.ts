/** Bytes that many may hold together. */
export interface ByteBudget {
  /** Answers whether they were still to be had, and takes them if so. */
  take(bytes: number): boolean;
  give(bytes: number): void;
}

/** A budget of which nothing is taken yet. */
export function createByteBudget(limit: number): ByteBudget {
  let taken = 0;
  return {
    take(bytes) {
      if (taken + bytes > limit) return false;
      taken += bytes;
      return true;
    },
    give(bytes) {
      taken -= bytes;
    },
  };
}
