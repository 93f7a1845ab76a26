import { type Call, NO_FACTS, type Outcome, type PluginHost, type StateKey, UNKNOWN_USAGE } from '@sluice/core';
import { callCost, savedCost } from '@sluice/plugin-pricing';
import type { Timer } from './index.ts';

/** How a call of a test ended. */
export interface Ended {
  readonly at?: number;
  readonly gateway?: string;
  readonly model?: string;
  readonly status?: number;
  readonly errorCode?: string;
  readonly abandoned?: boolean;
  readonly source?: 'upstream' | 'cache' | 'gateway';
  readonly tokens?: readonly [input: number, output: number];
  readonly cost?: number | null;
  readonly saved?: number;
  readonly durationMs?: number;
  readonly firstChunkMs?: number;
  readonly metadata?: Call['metadata'];
}

/** A finished call as the engine would hand it over. */
export function finished(ended: Ended): { call: Call; outcome: Outcome } {
  const { at = 0, status = 200, source = 'upstream', durationMs = 10, firstChunkMs, tokens } = ended;
  const values = new Map<StateKey<unknown>, unknown>([[callCost, { nanos: ended.cost ?? null, custom: false }]]);
  if (ended.saved !== undefined) values.set(savedCost, ended.saved);
  const call: Pick<Call, 'receivedAt' | 'account' | 'metadata' | 'state' | 'request'> & {
    readonly gateway: Pick<Call['gateway'], 'id'>;
    readonly provider: Pick<Call['provider'], 'id'>;
  } = {
    receivedAt: at,
    account: 'acme',
    gateway: { id: ended.gateway ?? 'prod' },
    provider: { id: 'openai' },
    request: { model: ended.model ?? 'gpt-test', stream: false },
    metadata: ended.metadata ?? null,
    state: {
      get: <T>(key: StateKey<T>) => values.get(key) as T | undefined,
      set: (key, value) => void values.set(key, value),
    },
  };
  const [inputTokens = null, outputTokens = null] = tokens ?? [];
  const error = ended.errorCode === undefined ? null : { code: ended.errorCode, message: '' };
  const outcome: Pick<Outcome, 'status' | 'abandoned' | 'error' | 'facts' | 'timings'> & {
    readonly reply: Pick<Outcome['reply'], 'type' | 'source'>;
  } = {
    status,
    abandoned: ended.abandoned ?? false,
    error: null,
    reply: { type: firstChunkMs === undefined ? 'bytes' : 'stream', source },
    facts: { ...NO_FACTS, error, usage: tokens === undefined ? null : { ...UNKNOWN_USAGE, inputTokens, outputTokens } },
    timings: {
      receivedAt: at,
      answeredAt: at,
      firstChunkAt: firstChunkMs === undefined ? null : at + firstChunkMs,
      endedAt: at + durationMs,
    },
  };
  // The plugin reads no more than this of them.
  return { call: call as Call, outcome: outcome as Outcome };
}

/** A host whose clock stands still until `pass` moves it, and whose timers run then. */
export interface FakeHost extends PluginHost {
  readonly timer: Timer;
  readonly reports: string[];
  /** How many timers are armed. */
  armed(): number;
  /** Moves the clock, and lets everything that it sets off finish. */
  pass(ms: number): Promise<void>;
}

export function fakeHost(): FakeHost {
  let clock = 0;
  let ids = 0;
  const timers = new Set<{ at: number; task: () => void }>();
  const reports: string[] = [];
  return {
    now: () => clock,
    newId: () => `id-${++ids}`,
    defer: (task) => queueMicrotask(task),
    report: (problem) => void reports.push(problem),
    reports,
    digest: () => 'digest',
    locate: () => {
      throw new Error('Nobody is called.');
    },
    transport: { send: () => Promise.reject(new Error('Nobody is called.')) },
    timer: (task, ms) => {
      const entry = { at: clock + ms, task };
      timers.add(entry);
      return () => void timers.delete(entry);
    },
    armed: () => timers.size,
    async pass(ms) {
      clock += ms;
      for (const entry of [...timers].filter(({ at }) => at <= clock)) {
        if (timers.delete(entry)) entry.task();
      }
      await settle();
    },
  };
}

/** Lets every promise that can go on do so. */
export async function settle(): Promise<void> {
  await new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
