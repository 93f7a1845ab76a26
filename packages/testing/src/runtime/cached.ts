import { expect, vi } from 'vitest';
import type { Answer } from './client.ts';

/** Repeats a call until the cache answers it: answers are put there behind the answer, and some caches take their time. */
export function untilHit(call: () => Promise<Answer>): Promise<Answer> {
  return vi.waitFor(
    async () => {
      const answer = await call();
      expect(answer.headers['cf-aig-cache-status']).toBe('HIT');
      return answer;
    },
    { timeout: 10_000, interval: 50 },
  );
}
