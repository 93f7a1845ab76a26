import { expect, test, vi } from 'vitest';
import { startChore } from './chore.ts';

/** A chore with a clock and a timer that only move when told to; each piece takes the next of `pieces`. */
function world(pieces: (boolean | Error)[], isBetweenCallsOnly = false) {
  const timers: { task: () => void; ms: number }[] = [];
  const background: Promise<unknown>[] = [];
  const reports: string[] = [];
  const clock = { now: 0 };
  let done = 0;
  const chore = startChore({
    piece: async () => {
      const next = pieces[done++] ?? false;
      if (next instanceof Error) throw next;
      return next;
    },
    problem: 'It failed.',
    pauseMs: 1000,
    isBetweenCallsOnly,
    now: () => clock.now,
    timer: (task, ms) => {
      const entry = { task, ms };
      timers.push(entry);
      return () => void timers.splice(timers.indexOf(entry), 1);
    },
    report: (problem) => reports.push(problem),
  });
  return {
    chore,
    background,
    reports,
    clock,
    timers,
    done: () => done,
    scope: { waitUntil: (task: Promise<unknown>) => void background.push(task) },
    /** Runs what waits, and tells how long it waited. */
    async turn(): Promise<number | undefined> {
      const next = timers.shift();
      next?.task();
      await vi.waitFor(() => expect(timers).toHaveLength(1));
      return next?.ms;
    },
  };
}

test('as long as there is more, pieces follow each other soon, and then there is a pause', async () => {
  const { turn, done } = world([true, true, false]);
  expect([await turn(), await turn(), await turn(), await turn()]).toEqual([1000, 20, 20, 1000]);
  expect(done()).toBe(4);
});

test('what failed is told and tried again after a pause', async () => {
  const { turn, reports } = world([new Error('no database'), false]);
  expect([await turn(), await turn()]).toEqual([1000, 1000]);
  expect(reports).toEqual(['It failed.']);
});

test('a closed one does nothing more, once the piece under way is done', async () => {
  const { chore, timers } = world([true]);
  timers.shift()?.task();
  await chore.close();
  expect(timers).toHaveLength(0);
});

test('where nothing runs between calls, a call now and then is followed by a few pieces', async () => {
  const { chore, timers, background, clock, scope, done } = world([true, true, true, true, true, true], true);
  expect(timers).toHaveLength(0);
  chore.onCall(scope);
  clock.now = 1000;
  chore.onCall(scope);
  chore.onCall(scope);
  await Promise.all(background);
  expect(done()).toBe(4);
});
