import type { CounterDemand } from '@sluice/core';
import { openCounters } from './open-counters.ts';

// One of several processes that all ask at once: waits for the word, then tells how many of its calls got through.
const [kind = '', address = '', calls = '0'] = process.argv.slice(2);
const { counters, close } = await openCounters(kind, address);

process.once('message', async (demand: CounterDemand) => {
  const asks = Array.from({ length: Number(calls) }, (_, call) =>
    counters.take([demand], { now: Date.now(), lease: `${process.pid}-${call}` }),
  );
  const verdicts = await Promise.all(asks);
  process.send?.(verdicts.filter(({ allowed }) => allowed).length);
  await close();
  process.disconnect();
});
process.send?.('ready');
