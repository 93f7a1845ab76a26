import type { Fault } from './fault.ts';
import { rescued } from './finding.ts';
import { claude, openai } from './steps.ts';
import { FALLBACK_WORDS, PRIMARY_WORDS } from './vendors.ts';
import { END, FIRST, REST, SSE } from './wire-answers.ts';

/** An upstream that keeps its callers waiting. */
export const SILENCE: readonly Fault[] = [
  {
    number: 6,
    name: 'accepts, never answers',
    expected: 'pass',
    judge: async ({ wire, gateway }) => {
      wire.forget();
      wire.respond({ ending: 'silent' });
      const { ask } = await gateway('fault-6', { timeouts: [{ firstByteMs: LIMIT_MS }] });
      const answer = await ask([openai('mute'), claude('claude-6')]);
      const tries = wire.requests.length;
      const { early } = await wire.disconnected(0);
      const alone = await ask([openai('mute')]);
      return rescued([answer], `the fallback answered once ${LIMIT_MS} ms were over`, [
        ['the fallback answered', answer.words === FALLBACK_WORDS && answer.ms < 8 * LIMIT_MS],
        ['the primary was asked once and let go', tries === 1 && early],
        ['without a fallback the wait is bounded as well', alone.ending === 'told' && alone.ms < 5000],
      ]);
    },
  },
  {
    number: 7,
    name: 'first token very late',
    expected: 'pass',
    judge: async ({ wire, asked, gateway }) => {
      const timeouts = [{ model: 'openai/slow*', firstTokenMs: LIMIT_MS }];
      const { ask } = await gateway('fault-7', { timeouts });
      wire.respond({ headers: SSE, body: [{ data: '', after: later(10 * LIMIT_MS) }, FIRST, REST, END] });
      const late = await ask([openai('slow', { stream: true }), claude('claude-7', { stream: true })]);
      const ping = ': ping\n\n';
      wire.respond({ headers: SSE, body: [ping, { data: FIRST, after: later(2 * LIMIT_MS) }, REST, END] });
      const alive = await ask([openai('slow-but-alive', { stream: true }), claude('claude-7-alive', { stream: true })]);
      wire.respond({ headers: SSE, body: [{ data: FIRST, after: later(2 * LIMIT_MS) }, REST, END] });
      const other = await ask([openai('thorough', { stream: true }), claude('claude-7-other', { stream: true })]);
      return rescued(
        [late, alive, other],
        `the fallback answered once ${LIMIT_MS} ms were over; a ping counted as life`,
        [
          ['the fallback answered', late.words === FALLBACK_WORDS && late.ms < 5 * LIMIT_MS],
          ['a ping is a sign of life', alive.words === PRIMARY_WORDS && asked('claude-7-alive') === 0],
          ['the limit is for its model alone', other.words === PRIMARY_WORDS && asked('claude-7-other') === 0],
        ],
      );
    },
  },
];

const LIMIT_MS = 300;

/** The upstream takes its time; nobody here waits for it to pass. */
function later(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms).unref());
}
