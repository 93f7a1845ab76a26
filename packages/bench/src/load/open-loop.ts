import type { Target } from '../subjects/subject.ts';
import { type Exchange, exchange } from './exchange.ts';

interface OpenLoop {
  readonly direct: Target;
  readonly through: Target;
  readonly body: string;
  /** Calls per second on each way. */
  readonly rate: number;
  readonly seconds: number;
}

/** The answers of both ways, in the order the calls were sent. */
export interface BothWays {
  readonly direct: readonly Exchange[];
  readonly through: readonly Exchange[];
}

/**
 * Sends calls at a fixed rate, however slow the answers are, alternately straight to the upstream and through the
 * subject, so that whatever else the machine does falls on both ways alike.
 */
export async function openLoop({ direct, through, body, rate, seconds }: OpenLoop): Promise<BothWays> {
  const calls: Promise<Exchange>[] = [];
  const total = Math.round(rate * seconds) * 2;
  const gap = 500 / rate;
  const startedAt = performance.now();
  await new Promise<void>((resolve) => {
    const tick = () => {
      while (calls.length < total && performance.now() - startedAt >= calls.length * gap) {
        const call = exchange(calls.length % 2 === 0 ? direct : through, body);
        // A failure is told when all calls are over, below.
        call.catch(() => {});
        calls.push(call);
      }
      if (calls.length < total) setTimeout(tick, Math.max(0, startedAt + calls.length * gap - performance.now()));
      else resolve();
    };
    tick();
  });
  const answers = await Promise.all(calls);
  return {
    direct: answers.filter((_, index) => index % 2 === 0),
    through: answers.filter((_, index) => index % 2 === 1),
  };
}
