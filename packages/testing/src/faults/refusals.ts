import type { Fault } from './fault.ts';
import { asClaimed, rescued } from './finding.ts';
import { claude, mistral } from './steps.ts';
import { FALLBACK_WORDS, PRIMARY_WORDS } from './vendors.ts';

/** An upstream that is well and says no. */
export const REFUSALS: readonly Fault[] = [
  {
    number: 12,
    name: 'context too long (400)',
    expected: 'pass',
    judge: async ({ mock, asked, gateway }) => {
      const message = "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000.";
      mock.on({ model: 'short' }, refusal(message, 'context_length_exceeded'));
      const { ask } = await gateway('fault-12');
      const larger = await ask([mistral('short', THRICE), claude('claude-long')]);
      const smaller = await ask([mistral('short', THRICE), claude('claude-short')]);
      return rescued([larger], 'a fallback with a larger window answered; a smaller one was not asked', [
        ['the larger window answered', larger.words === FALLBACK_WORDS],
        ['the prompt was not sent twice to the short one', asked('short') === 2],
        ['the error came back as it is', smaller.status === 400 && smaller.text.includes(JSON.stringify(message))],
        ['the smaller window was not asked', asked('claude-short') === 0],
      ]);
    },
  },
  {
    number: 13,
    name: 'content-policy refusal',
    expected: 'pass',
    judge: async ({ mock, asked, gateway }) => {
      const message = 'Your request was rejected as a result of our safety system.';
      mock.on({ model: 'forbids' }, refusal(message, 'content_policy_violation'));
      mock.on({ model: 'filters' }, { content: 'I can not', finishReason: 'content_filter' });
      const { ask } = await gateway('fault-13');
      const error = await ask([mistral('forbids', THRICE), claude('claude-13')]);
      const filtered = await ask([mistral('filters', THRICE), claude('claude-13')]);
      return asClaimed('pass', 'the refusal came back as it is, and nobody else was asked', [
        ['the error came back as it is', error.status === 400 && error.text.includes(message)],
        ['the filtered answer came back as it is', filtered.status === 200 && filtered.text.includes('content_filter')],
        ['nobody was asked twice', asked('forbids') === 1 && asked('filters') === 1],
        ['it was not shopped around', asked('claude-13') === 0],
      ]);
    },
  },
  {
    number: 14,
    name: 'fallback rejects an assistant prefill',
    expected: 'pass',
    judge: async ({ mock, asked, gateway }) => {
      const message =
        'This model does not support assistant message prefill. The conversation must end with a user message.';
      mock.on({ model: 'away' }, { status: 503, error: { message: 'It is us.', type: 'server_error' } });
      mock.on({ model: 'third' }, { content: PRIMARY_WORDS });
      // In front of the fixture by which every Claude answers.
      mock.prependFixture({ match: { model: 'claude-14' }, response: refusal(message, 'invalid_request_error') });
      const { ask } = await gateway('fault-14');
      const steps = [mistral('away', PREFILL), claude('claude-14', PREFILL)];
      const told = await ask(steps);
      const served = await ask([...steps, mistral('third', PREFILL)]);
      return rescued([served], "the fallback's own error where it is the last, the next step's answer where not", [
        ['the error says so', told.status === 400 && told.text.includes('prefill')],
        ['the error is of the fallback', told.headers.get('cf-aig-step') === '1'],
        ['the next one answered', served.words === PRIMARY_WORDS && served.headers.get('cf-aig-step') === '2'],
        ['the fallback was asked once a call', asked('claude-14') === 2],
      ]);
    },
  },
];

const THRICE = { config: { maxAttempts: 3, retryDelay: 10 } };
const PREFILL = {
  messages: [
    { role: 'user', content: 'What is new?' },
    { role: 'assistant', content: 'New is' },
  ],
};

function refusal(message: string, code: string) {
  return { status: 400, error: { message, type: 'invalid_request_error', code } };
}
