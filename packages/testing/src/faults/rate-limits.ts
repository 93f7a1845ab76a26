import type { Fault } from './fault.ts';
import { rescued } from './finding.ts';
import { claude, mistral } from './steps.ts';
import { FALLBACK_WORDS, PRIMARY_WORDS } from './vendors.ts';

/** An upstream that has had too many requests. */
export const RATE_LIMITS: readonly Fault[] = [
  {
    number: 1,
    name: '429 with `Retry-After`',
    expected: 'pass',
    judge: async ({ mock, asked, gateway }) => {
      mock.on({ model: 'busy-for-a-second', sequenceIndex: 0 }, tooMany(1));
      mock.on({ model: 'busy-for-a-second' }, { content: PRIMARY_WORDS });
      mock.on({ model: 'busy-for-an-hour' }, tooMany(3600));
      const { ask } = await gateway('fault-1', { retry: { maxTotalMs: 3000 } });
      const config = { maxAttempts: 2, retryDelay: 10 };
      const short = await ask([mistral('busy-for-a-second', { config }), claude('claude-1-short')]);
      const long = await ask([mistral('busy-for-an-hour', { config }), claude('claude-1-long')]);
      return rescued([short, long], 'a second was waited for the primary, an hour was not: the fallback answered', [
        ['the primary answered after the wait', short.words === PRIMARY_WORDS && asked('busy-for-a-second') === 2],
        ['the gateway waited as told', short.ms >= 1000],
        ['the fallback was spared', asked('claude-1-short') === 0],
        ['the fallback answered for the long wait', long.words === FALLBACK_WORDS && long.ms < 3000],
        ['the hour was asked for once', asked('busy-for-an-hour') === 1],
      ]);
    },
  },
  {
    number: 2,
    name: '429 for good',
    expected: 'pass',
    judge: async ({ mock, asked, gateway }) => {
      mock.on({ model: 'always-busy' }, tooMany(3600));
      const traffic = { retry: { maxTotalMs: 2000 }, breaker: { failures: 2, openSeconds: 60 } };
      const { ask } = await gateway('fault-2', traffic);
      const call = () => ask([mistral('always-busy', { config: { maxAttempts: 1 } }), claude('claude-2')]);
      const answers = [await call(), await call(), await call(), await call()];
      const tries = asked('always-busy');
      return rescued(answers, `the fallback answered 4 of 4 calls, the primary was asked ${tries} times`, [
        ['the fallback answered', answers.every(({ words }) => words === FALLBACK_WORDS)],
        ['the primary was left alone', tries >= 1 && tries <= 2],
      ]);
    },
  },
];

function tooMany(retryAfter: number) {
  return { status: 429, retryAfter, error: { message: 'Slow down.', type: 'rate_limit_error', code: 'rate_limited' } };
}
