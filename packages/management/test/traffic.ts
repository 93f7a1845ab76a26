import { type MetadataRollup, type Rollup, Sketch } from '@sluice/core';

type Change<T> = Partial<Omit<T, 'durations' | 'firstChunks'>> & {
  readonly durations?: readonly number[];
  readonly firstChunks?: readonly number[];
};

/** Calls of one minute of the account `acme`, as a process writes them. */
export function rollup(change: Change<Rollup> = {}): Rollup {
  const main = { provider: 'openai', model: 'gpt-test', statusCode: 200, errorCode: '', cached: false };
  return { ...main, ...common(), ...change, ...sketches(change) };
}

/** The same of a pair of metadata. */
export function metadataRollup(change: Change<MetadataRollup> = {}): MetadataRollup {
  return { key: 'team', value: 'a', cachedRequests: 0, ...common(), ...change, ...sketches(change) };
}

function common() {
  return {
    start: Math.floor(Date.now() / 60_000) * 60_000,
    account: 'acme',
    gateway: 'prod',
    writer: 'a',
    requests: 1,
    failures: 0,
    tokensIn: 0,
    tokensOut: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    costNanos: 0,
    savedNanos: 0,
  };
}

function sketches({ durations = [], firstChunks = [] }: Change<Rollup>) {
  return { durations: bytesOf(durations), firstChunks: bytesOf(firstChunks) };
}

function bytesOf(values: readonly number[]): Uint8Array {
  const sketch = new Sketch();
  for (const value of values) sketch.add(value);
  return sketch.toBytes();
}
