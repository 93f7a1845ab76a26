import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseMetrics } from '../../test/parse-metrics.ts';
import { createMetrics, type MetricsOptions, type MetricsSources } from '../index.ts';

const CALL = {
  account: 'acme',
  gateway: 'prod',
  provider: 'openai',
  model: 'gpt-5',
  statusClass: '2xx',
  cached: false,
  requests: 3,
  failures: 0,
  tokensIn: 30,
  tokensOut: 15,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 5,
  costNanos: 1_500_000_001,
  savedNanos: 0,
  durationSumMs: 1250,
  durationCounts: [1, 1],
};
const CALLS = [
  CALL,
  { ...CALL, cached: true, requests: 2, costNanos: 0, savedNanos: 7e8, durationSumMs: 10, durationCounts: [2, 0] },
  {
    ...CALL,
    statusClass: '5xx',
    requests: 1,
    failures: 1,
    costNanos: 0,
    durationSumMs: 90_000,
    durationCounts: [0, 0],
  },
  { ...CALL, account: 'other', model: 'secret' },
  { ...CALL, model: 'odd "name"\\\n', requests: 1 },
];
const SOURCES: MetricsSources = {
  calls: () => CALLS,
  durationBoundsMs: [100, 1000],
  log: () => ({
    queued: 1,
    queuedBytes: 2,
    written: 3,
    dropped: 4,
    droppedBodies: 5,
    failures: 6,
    spooled: 11,
    spooledBytes: 12,
  }),
  rollups: () => ({ queued: 7, written: 8, dropped: 9, failures: 10 }),
  memory: () => ({ residentBytes: 1e8, heapBytes: 2e7 }),
};

let reports: unknown[];
beforeEach(() => {
  reports = [];
});
afterEach(() => expect(reports).toEqual([]));

test('calls are counted by gateway, provider, model, status and cache', async () => {
  const { value } = await scrape();
  const labels = { account: 'acme', gateway: 'prod', provider: 'openai', model: 'gpt-5' };
  expect(value('sluice_requests_total', { ...labels, status: '2xx', cached: 'false' })).toBe(3);
  expect(value('sluice_requests_total', { ...labels, status: '2xx', cached: 'true' })).toBe(2);
  expect(value('sluice_request_failures_total', { ...labels, status: '5xx', cached: 'false' })).toBe(1);
  expect(value('sluice_cache_hits_total', labels)).toBe(2);
  expect(value('sluice_tokens_total', { ...labels, kind: 'input', cached: 'false' })).toBe(60);
  expect(value('sluice_tokens_total', { ...labels, kind: 'reasoning', cached: 'true' })).toBe(5);
  expect(value('sluice_tokens_total', { ...labels, kind: 'cache_read', cached: 'true' })).toBeUndefined();
  expect(value('sluice_cost_dollars_total', labels)).toBe(1.500000001);
  expect(value('sluice_saved_cost_dollars_total', labels)).toBe(0.7);
  expect(value('sluice_requests_total', { ...labels, model: 'odd "name"\\\n', status: '2xx', cached: 'false' })).toBe(
    1,
  );
});

test('durations are a histogram whose buckets include those before them', async () => {
  const { value } = await scrape();
  const labels = { account: 'acme', gateway: 'prod', provider: 'openai', model: 'gpt-5' };
  const bucket = (le: string) => value('sluice_request_duration_seconds_bucket', { ...labels, le });
  expect([bucket('0.1'), bucket('1'), bucket('+Inf')]).toEqual([3, 4, 6]);
  expect(value('sluice_request_duration_seconds_count', labels)).toBe(6);
  expect(value('sluice_request_duration_seconds_sum', labels)).toBe(91.26);
});

test('the log, the roll-ups and the memory of the process are told', async () => {
  const { value } = await scrape();
  const names = ['log_rows_queued', 'log_queue_bytes', 'log_rows_written_total', 'log_rows_dropped_total'];
  expect(names.map((name) => value(`sluice_${name}`))).toEqual([1, 2, 3, 4]);
  expect(value('sluice_log_bodies_dropped_total')).toBe(5);
  expect([value('sluice_log_rows_spooled'), value('sluice_log_spool_bytes')]).toEqual([11, 12]);
  expect(value('sluice_log_spool_failures_total')).toBe(0);
  expect(value('sluice_log_write_failures_total')).toBe(6);
  expect(value('sluice_rollup_calls_dropped_total')).toBe(9);
  expect(value('process_resident_memory_bytes')).toBe(1e8);
});

test('a token sees the calls of its account alone, an open server shows all', async () => {
  expect((await scrape()).labels('account')).toEqual(['acme']);
  expect((await scrape({ open: true }, {})).labels('account')).toEqual(['acme', 'other']);
});

test.each([
  ['no token', {}, 401, 'metrics.open'],
  ['an unknown token', { authorization: 'Bearer sk-test-unknown' }, 401, 'unknown'],
  ['a token for calls', { authorization: 'Bearer sk-test-gateway' }, 403, 'calls through a gateway'],
])('%s shows nothing', async (_, headers, status, reason) => {
  const answer = await metrics().request('/metrics', { headers });
  expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(reason)]);
});

function metrics(change: Partial<MetricsOptions> = {}) {
  return createMetrics({
    sources: SOURCES,
    verifyToken: (token) => {
      if (token === 'sk-test-viewer') return { account: 'acme', role: 'viewer' };
      return token === 'sk-test-gateway' ? { account: 'acme', kind: 'gateway' } : undefined;
    },
    report: (error) => void reports.push(error),
    ...change,
  });
}

async function scrape(
  change: Partial<MetricsOptions> = {},
  headers: HeadersInit = { authorization: 'Bearer sk-test-viewer' },
) {
  const answer = await metrics(change).request('/metrics', { headers });
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return parseMetrics(await answer.text());
}
