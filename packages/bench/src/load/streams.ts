import type { Target } from '../subjects/subject.ts';
import { EVENTS, STREAMED_QUESTION } from '../workload.ts';
import { exchange } from './exchange.ts';

/** Keeps `open` streams running for some seconds; returns how many events arrived. Throws when one is not whole. */
export async function streamLoad(
  target: Target,
  { open, seconds }: { open: number; seconds: number },
): Promise<number> {
  const deadline = performance.now() + seconds * 1000;
  let events = 0;
  const reader = async () => {
    while (performance.now() < deadline) {
      const { body } = await exchange(target, STREAMED_QUESTION);
      const arrived = body.split('\n\n').length - 1;
      if (arrived !== EVENTS.length) throw new Error(`A stream brought ${arrived} of ${EVENTS.length} events.`);
      events += arrived;
    }
  };
  await Promise.all(Array.from({ length: open }, reader));
  return events;
}
