import { customType } from 'drizzle-orm/sqlite-core';

/** A blob as `Uint8Array` on every runtime. D1 hands blobs back as arrays of numbers. */
export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array | ArrayBuffer | number[] }>({
  dataType: () => 'blob',
  fromDriver: (value) => (value instanceof Uint8Array ? value : new Uint8Array(value)),
});
