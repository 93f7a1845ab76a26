import { vi } from 'vitest';

// A wait for something that is about to happen ends when it happens; how long it may take on a busy machine is no
// statement of the test. vitest's own bound of a second is too short for that.
const { waitFor } = vi;
vi.waitFor = (callback, options = {}) =>
  waitFor(callback, typeof options === 'number' ? options : { timeout: 15_000, ...options });
