import type { CounterDemand } from '@sluice/core';
import { openCounters } from './open-counters.ts';

/** What became of the calls of a process under load. */
export interface LoadReport {
  readonly resolved: number;
  readonly rejected: number;
  /** Those that had neither result nor error long after their limit. */
  readonly hung: number;
}

// A process that asks without a pause: tells when one more call has got its verdict, and in the end what became of all.
const [kind = '', address = ''] = process.argv.slice(2);
const opened = await Promise.all(Array.from({ length: 4 }, () => openCounters(kind, address, { patient: false })));
const demand: CounterDemand = { key: 'load|key', limit: 1e9, windowMs: 86_400_000, technique: 'fixed', amount: 1 };
const LONG_AFTER_MS = 10_000;

const count = { resolved: 0, rejected: 0, hung: 0 };
let isOver = false;
let tell = false;

const askOnAndOn = async ({ counters }: (typeof opened)[number]): Promise<void> => {
  while (!isOver) {
    const late = Promise.withResolvers<'hung'>();
    const timer = setTimeout(() => late.resolve('hung'), LONG_AFTER_MS);
    const asked = Promise.resolve(counters.take([demand], { now: Date.now(), lease: '' }));
    const settled = asked.then(
      () => 'resolved' as const,
      () => 'rejected' as const,
    );
    const outcome = await Promise.race([settled, late.promise]);
    clearTimeout(timer);
    count[outcome]++;
    if (outcome === 'resolved' && tell) {
      tell = false;
      process.send?.('resolved');
    }
  }
};

const asking = Promise.all(opened.flatMap((each) => Array.from({ length: 4 }, () => askOnAndOn(each))));
const end = async (): Promise<void> => {
  isOver = true;
  await asking;
  for (const { close } of opened) await close();
};
process.on('message', async (word: 'tell' | 'end') => {
  if (word === 'tell') {
    tell = true;
    return;
  }
  await end();
  process.send?.(count satisfies LoadReport);
  process.disconnect();
});
// Also when the test went away.
process.once('disconnect', end);
process.send?.('ready');
