import type { Family, Labels, Sample } from './families.ts';
import type { CallCounts } from './sources.ts';

/** What calls come to, by gateway, provider and model. */
export function callFamilies(calls: readonly CallCounts[], boundsMs: readonly number[]): Family[] {
  const by = (labelsOf: (call: CallCounts) => Labels, amountOf: (call: CallCounts) => number) =>
    summed(calls.map((call) => ({ labels: labelsOf(call), value: amountOf(call) })));
  const full = ({ statusClass, cached, ...call }: CallCounts): Labels => ({
    ...short(call),
    status: statusClass,
    cached: String(cached),
  });
  return [
    counter(
      'sluice_requests_total',
      'Calls that have ended.',
      by(full, ({ requests }) => requests),
    ),
    counter(
      'sluice_request_failures_total',
      'Calls that did not end in a whole success, streams that broke off among them.',
      by(full, ({ failures }) => failures).filter(isSome),
    ),
    counter(
      'sluice_cache_hits_total',
      'Calls that were answered from the cache.',
      by(short, ({ cached, requests }) => (cached ? requests : 0)).filter(isSome),
    ),
    counter(
      'sluice_tokens_total',
      'Tokens that vendors reported. Cached and reasoning tokens are part of input and output.',
      TOKENS.flatMap(([kind, amountOf]) =>
        by((call) => ({ ...short(call), kind, cached: String(call.cached) }), amountOf).filter(isSome),
      ),
    ),
    counter('sluice_cost_dollars_total', 'What calls cost, as far as it is known.', dollars(by(short, costOf))),
    counter(
      'sluice_saved_cost_dollars_total',
      'What answers from the cache would have cost.',
      dollars(by(short, savedOf)),
    ),
    {
      name: 'sluice_request_duration_seconds',
      type: 'histogram',
      help: 'How long whole calls took, answers from the cache included.',
      samples: histogram(calls, boundsMs),
    },
  ];
}

const TOKENS: readonly (readonly [kind: string, amountOf: (call: CallCounts) => number])[] = [
  ['input', ({ tokensIn }) => tokensIn],
  ['output', ({ tokensOut }) => tokensOut],
  ['cache_read', ({ cacheReadTokens }) => cacheReadTokens],
  ['cache_write', ({ cacheWriteTokens }) => cacheWriteTokens],
  ['reasoning', ({ reasoningTokens }) => reasoningTokens],
];

const costOf = ({ costNanos }: CallCounts): number => costNanos;
const savedOf = ({ savedNanos }: CallCounts): number => savedNanos;

function counter(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, type: 'counter', help, samples };
}

/** In whole 10⁻⁹ until here, so that no sum is off by what a fraction loses. */
function dollars(samples: readonly Sample[]): Sample[] {
  return samples.filter(isSome).map(({ labels, value }) => ({ labels, value: value / 1e9 }));
}

function isSome({ value }: Sample): boolean {
  return value > 0;
}

function short({
  account,
  gateway,
  provider,
  model,
}: Pick<CallCounts, 'account' | 'gateway' | 'provider' | 'model'>): Labels {
  return { account, gateway, provider, model };
}

/** One sample for each set of labels. */
function summed(samples: readonly (Sample & { readonly labels: Labels })[]): Sample[] {
  const sums = new Map<string, { readonly labels: Labels; value: number }>();
  for (const { labels, value } of samples) {
    const name = JSON.stringify(labels);
    const sum = sums.get(name);
    if (sum === undefined) sums.set(name, { labels, value });
    else sum.value += value;
  }
  return [...sums.values()];
}

function histogram(calls: readonly CallCounts[], boundsMs: readonly number[]): Sample[] {
  const models = Map.groupBy(calls, (call) => JSON.stringify(short(call)));
  return [...models.values()].flatMap((alike) => {
    const [first] = alike;
    if (first === undefined) return [];
    const labels = short(first);
    const total = (amountOf: (call: CallCounts) => number): number =>
      alike.reduce((sum, call) => sum + amountOf(call), 0);
    let below = 0;
    const buckets = boundsMs.map((bound, index): Sample => {
      below += total(({ durationCounts }) => durationCounts[index] ?? 0);
      return { suffix: '_bucket', labels: { ...labels, le: String(bound / 1000) }, value: below };
    });
    const count = total(({ requests }) => requests);
    return [
      ...buckets,
      { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count },
      { suffix: '_sum', labels, value: total(({ durationSumMs }) => durationSumMs) / 1000 },
      { suffix: '_count', labels, value: count },
    ];
  });
}
