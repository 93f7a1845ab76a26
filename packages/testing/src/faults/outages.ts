import type { Fault } from './fault.ts';
import { rescued } from './finding.ts';
import { claude, mistral, openai } from './steps.ts';
import { FALLBACK_WORDS, PRIMARY_WORDS } from './vendors.ts';
import { WHOLE } from './wire-answers.ts';

/** An upstream that fails, for once or for good. */
export const OUTAGES: readonly Fault[] = [
  {
    number: 3,
    name: 'one 500, then fine',
    expected: 'pass',
    judge: async ({ mock, asked, gateway }) => {
      mock.on({ model: 'stumbles', sequenceIndex: 0 }, down(500));
      mock.on({ model: 'stumbles' }, { content: PRIMARY_WORDS });
      const { ask, row } = await gateway('fault-3');
      const answer = await ask([mistral('stumbles', { config: TWICE }), claude('claude-3')]);
      const { attempts } = await row(answer);
      return rescued([answer], 'the second try at the primary answered', [
        ['the primary answered', answer.words === PRIMARY_WORDS],
        ['there was one request more and no other', asked('stumbles') === 2 && asked('claude-3') === 0],
        ['both tries are in the row', attempts.map((each) => each.status_code).join() === '500,200'],
      ]);
    },
  },
  {
    number: 4,
    name: '503 for good',
    expected: 'pass',
    judge: async ({ mock, asked, gateway }) => {
      mock.on({ model: 'down' }, down(503));
      const { ask } = await gateway('fault-4', BREAKER);
      const call = () => ask([mistral('down', { config: TWICE }), claude('claude-4')]);
      const answers = [await call(), await call()];
      const before = asked('down');
      answers.push(await call(), await call());
      const after = asked('down');
      return rescued(answers, `the fallback answered 4 of 4 calls; the circuit opened after ${before} tries`, [
        ['the fallback answered', answers.every(({ words }) => words === FALLBACK_WORDS)],
        ['the circuit opened after three failures', before >= 3 && before <= 4],
        ['later calls did not ask the primary', after === before],
      ]);
    },
  },
  {
    number: 5,
    name: 'TCP reset',
    expected: 'pass',
    judge: async ({ wire, asked, gateway }) => {
      wire.forget();
      wire.respond((_, index) =>
        index === 0 ? { body: '{"id":', framing: 'content-length', ending: 'reset' } : WHOLE,
      );
      const once = await gateway('fault-5-once');
      const first = await once.ask([openai('reset-once', { config: TWICE }), claude('claude-5-once')]);
      const tries = wire.requests.length;
      wire.forget();
      wire.respond({ body: '{"id":', framing: 'content-length', ending: 'reset' });
      const always = await gateway('fault-5-always', BREAKER);
      const call = () => always.ask([openai('reset', { config: TWICE }), claude('claude-5')]);
      const later = [await call(), await call(), await call(), await call()];
      const all = wire.requests.length;
      return rescued([first, ...later], `a second try made one reset good, the fallback the others (${all} tries)`, [
        ['the primary answered', first.words === PRIMARY_WORDS],
        ['there was one request more and no other', tries === 2 && asked('claude-5-once') === 0],
        ['the fallback answered', later.every(({ words }) => words === FALLBACK_WORDS)],
        ['the circuit opened after three failures', all >= 3 && all <= 4],
      ]);
    },
  },
];

const TWICE = { maxAttempts: 2, retryDelay: 10 };
const BREAKER = { breaker: { failures: 3, openSeconds: 60 } };

function down(status: number) {
  return { status, error: { message: 'It is us.', type: 'server_error', code: 'server_error' } };
}
