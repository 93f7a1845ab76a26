import {
  type Call,
  type LogEntry,
  type LogSink,
  NO_FACTS,
  type Outcome,
  type PluginHost,
  type StateKey,
} from '@sluice/core';
import type { Timer } from './index.ts';

const ENCODER = new TextEncoder();

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return ENCODER.encode(text);
}

/** A finished call as the engine would hand it over; `call` and `outcome` replace parts of it. */
export function finished(call: Partial<Call> = {}, outcome: Partial<Outcome> = {}): { call: Call; outcome: Outcome } {
  return { call: { ...baseCall(), ...call }, outcome: { ...baseOutcome(), ...outcome } };
}

function baseCall(): Call {
  const body = bytesOf('{"model":"gpt-test"}');
  const target = { url: 'http://127.0.0.1/', path: 'chat/completions', protocol: undefined };
  return {
    id: '019f0000-0000-7000-8000-000000000001',
    eventId: 'event-1',
    step: 0,
    receivedAt: 1_000,
    account: 'acme',
    gateway: { account: 'acme', id: 'prod', authentication: false, collectLogs: true },
    provider: {
      id: 'openai',
      baseUrl: 'http://127.0.0.1',
      credentialHeaders: ['authorization'],
      resolve: () => target,
    },
    target,
    method: 'POST',
    path: 'chat/completions',
    query: '',
    contentType: 'application/json',
    headers: { 'content-type': 'application/json' },
    options: new Map(),
    metadata: null,
    body,
    json: () => ({ model: 'gpt-test' }),
    request: { model: 'gpt-test', stream: false },
    signal: new AbortController().signal,
    timeouts: {},
    rescuable: false,
    credential: null,
    state: createState(),
    clientAddress: undefined,
    waitUntil: () => {},
  };
}

function baseOutcome(): Outcome {
  const body = bytesOf('{"ok":true}');
  return {
    status: 200,
    success: true,
    error: null,
    abandoned: false,
    reply: { type: 'bytes', status: 200, headers: { 'content-type': 'application/json' }, source: 'upstream', body },
    facts: NO_FACTS,
    partial: false,
    attempts: [
      {
        provider: 'openai',
        model: 'gpt-test',
        step: 0,
        credential: null,
        startedAt: 1_001,
        answeredAt: 1_040,
        status: 200,
        error: null,
      },
    ],
    timings: { receivedAt: 1_000, answeredAt: 1_042, firstChunkAt: null, endedAt: 1_050 },
    bytesSent: body.byteLength,
  };
}

function createState(): Call['state'] {
  const values = new Map<StateKey<unknown>, unknown>();
  return {
    get: <T>(key: StateKey<T>) => values.get(key) as T | undefined,
    set: (key, value) => void values.set(key, value),
  };
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
  const timers = new Set<{ at: number; task: () => void }>();
  const reports: string[] = [];
  return {
    now: () => clock,
    newId: () => 'id',
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

/** A sink that remembers what it took, one element per batch, and refuses what `refuse` names. */
export interface FakeSink extends LogSink {
  readonly batches: LogEntry[][];
  refuse: (entries: readonly LogEntry[]) => boolean;
}

export function fakeSink(): FakeSink {
  const sink: FakeSink = {
    batches: [],
    refuse: () => false,
    async insert(entries) {
      if (sink.refuse(entries)) throw new Error('the store is down');
      sink.batches.push([...entries]);
    },
  };
  return sink;
}
