import type { Fault } from './fault.ts';
import { rescued } from './finding.ts';
import { claude, mistral, openai } from './steps.ts';
import { FALLBACK_TOKENS, FALLBACK_WORDS, PRIMARY_WORDS } from './vendors.ts';
import { WHOLE, wireError } from './wire-answers.ts';

/** What many tries must not do, and what is told of them. */
export const STORMS: readonly Fault[] = [
  {
    number: 15,
    name: 'flapping primary',
    expected: 'pass',
    judge: async ({ wire, mock, asked, gateway }) => {
      wire.forget();
      wire.respond((_, index) => (index % 2 === 0 ? wireError(500) : WHOLE));
      const config = { maxAttempts: 2, retryDelay: 10 };
      const flapping = await gateway('fault-15');
      const steps = [openai('flaps', { config }), claude('claude-15')];
      const answers = await Promise.all(Array.from({ length: CALLS }, () => flapping.ask(steps)));
      const tries = wire.requests.length;

      mock.on({ model: /^out-/ }, { status: 500, error: { message: 'It is us.', type: 'server_error' } });
      const eager = { maxAttempts: 5, retryDelay: 10, backoff: 'constant' };
      const counted = await gateway('fault-15-counted', {
        retry: { maxTotalAttempts: 4 },
        breaker: { enabled: false },
      });
      const all = await counted.ask([mistral('out-1', { config: eager }), mistral('out-2', { config: eager })]);
      const total = asked('out-1') + asked('out-2');

      const slow = { maxAttempts: 5, retryDelay: 400, backoff: 'constant' };
      const timed = await gateway('fault-15-timed', { retry: { maxTotalMs: 1000 }, breaker: { enabled: false } });
      const long = await timed.ask([mistral('out-3', { config: slow }), mistral('out-4', { config: slow })]);
      const words = new Set([PRIMARY_WORDS, FALLBACK_WORDS]);
      return rescued(answers, `${CALLS} calls at once took ${tries} tries; ${total} tries where 4 are the most`, [
        ['every answer is the whole one', answers.every((answer) => words.has(answer.words))],
        ['no call took more than two tries', tries <= 2 * CALLS],
        ['the tries of all steps together are bounded', total === 4 && all.ending === 'told'],
        ['the time of all tries together is bounded', long.ms < 2000 && long.ending === 'told'],
      ]);
    },
  },
  {
    number: 16,
    name: 'after a fallback: who answered?',
    expected: 'pass',
    judge: async ({ wire, gateway }) => {
      wire.respond(wireError(503));
      const { ask, row } = await gateway('fault-16');
      const answer = await ask([openai('gpt-4o-mini'), claude('claude-16')]);
      const { provider, model, step, tokens_in, tokens_out, attempts } = await row(answer);
      const told = ['step', 'provider', 'model', 'attempts'].map((name) => answer.headers.get(`cf-aig-${name}`));
      return rescued([answer], `the headers and the row say: ${told.join('; ')}`, [
        ['the fallback answered', answer.words === FALLBACK_WORDS],
        ['the headers say who', told.slice(0, 3).join() === '1,anthropic,claude-16'],
        ['the headers tell every try', told[3] === 'openai/gpt-4o-mini 503, anthropic/claude-16 200'],
        ['the row says who', `${provider} ${model} ${step}` === 'anthropic claude-16 1'],
        [
          'the row counts the tokens of the one that answered',
          tokens_in === FALLBACK_TOKENS.in && tokens_out === FALLBACK_TOKENS.out,
        ],
        [
          'the row tells every try',
          attempts.map((each) => `${each.provider} ${each.status_code}`).join() === 'openai 503,anthropic 200',
        ],
      ]);
    },
  },
];

const CALLS = 10;
