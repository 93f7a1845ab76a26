import { customType } from 'drizzle-orm/sqlite-core';

/** A blob as `Uint8Array` on every runtime. D1 hands blobs back as lists of numbers, and text where it was given text. */
export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array | ArrayBuffer | number[] | string }>({
  dataType: () => 'blob',
  fromDriver: (value) => {
    if (value instanceof Uint8Array) return value;
    return typeof value === 'string' ? new TextEncoder().encode(value) : new Uint8Array(value);
  },
});
