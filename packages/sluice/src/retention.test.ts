import type { RetainLimits } from '@sluice/storage';
import { expect, test, vi } from 'vitest';
import { startRetention } from './retention.ts';

/** Retention with a clock and a timer that only move when told to. */
function world({ isBetweenCallsOnly = false, fails = false } = {}) {
  const passes: RetainLimits[] = [];
  const timers: (() => void)[] = [];
  const background: Promise<unknown>[] = [];
  const reports: unknown[] = [];
  const clock = { now: 0 };
  const retention = startRetention({
    logs: {
      retainAll: async (limits = {}) => {
        passes.push(limits);
        if (fails) throw new Error('no database');
        return 0;
      },
    },
    isBetweenCallsOnly,
    now: () => clock.now,
    timer: (task) => {
      timers.push(task);
      return () => void timers.splice(timers.indexOf(task), 1);
    },
    report: (_, cause) => reports.push(cause),
  });
  const scope = { waitUntil: (task: Promise<unknown>) => void background.push(task) };
  return { retention, passes, timers, background, reports, clock, scope };
}

test('a process looks after its logs again and again, also after a failure, until it is closed', async () => {
  const { retention, passes, timers, reports } = world({ fails: true });
  expect(passes).toHaveLength(0);
  timers.shift()?.();
  await vi.waitFor(() => expect(timers).toHaveLength(1));
  timers.shift()?.();
  await vi.waitFor(() => expect(timers).toHaveLength(1));
  expect(passes).toHaveLength(2);
  expect(reports).toHaveLength(2);
  await retention.close();
  expect(timers).toHaveLength(0);
  expect(passes[0]?.signal?.aborted).toBe(true);
});

test('where nothing runs between calls, the answer to one in half a minute is followed by a little of the work', async () => {
  const { retention, passes, timers, background, clock, scope } = world({ isBetweenCallsOnly: true });
  expect(timers).toHaveLength(0);
  retention.onCall(scope);
  clock.now = 30_000;
  retention.onCall(scope);
  retention.onCall(scope);
  await Promise.all(background);
  expect(passes).toMatchObject([{ maxRows: 4000 }]);
  clock.now = 60_000;
  retention.onCall(scope);
  expect(background).toHaveLength(2);
});

test('a process with time of its own leaves calls alone', () => {
  const { retention, background, clock, scope } = world();
  clock.now = 60_000;
  retention.onCall(scope);
  expect(background).toHaveLength(0);
});
