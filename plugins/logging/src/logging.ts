import type { Call, LogBodies, LogEntry, LogSink, MaybePromise, Outcome, Plugin, StateKey } from '@sluice/core';
import { isUniversal, stateKey } from '@sluice/core';
import { createByteBudget } from './byte-budget.ts';
import { type Capture, createCapture, keepable } from './capture.ts';
import { credentialsOf } from './credentials.ts';
import { toLogRecord } from './log-record.ts';
import type { LogSpool } from './log-spool.ts';
import { type LogStats, LogWriter, type Timer } from './log-writer.ts';
import { redactBytes } from './redact-bytes.ts';

export interface LoggingOptions {
  readonly sink: LogSink;
  /**
   * Where rows wait while the sink takes none, or not as fast as they come, so that they need no memory and outlive the
   * process. Without it they wait in memory alone.
   */
  readonly spool?: LogSpool | undefined;
  /**
   * How long a row may wait for others before they are written together, in milliseconds. With 0 each call writes
   * its own row inside its `waitUntil`: what Workers need, where nothing may outlive its call.
   */
  readonly flushIntervalMs?: number;
  /** How many bytes of rows and bodies may wait for the sink. Past it the oldest bodies are dropped, then the oldest rows. */
  readonly maxQueueBytes?: number;
  /** How many rows are written at once. */
  readonly maxBatch?: number;
  /** A larger body is not kept; its row is. */
  readonly maxBodyBytes?: number;
  /** How many bytes of answers still arriving may be held at once, all calls together. Past it bodies are given up. */
  readonly captureBytes?: number;
  /** Waits in place of the platform's timers. */
  readonly timer?: Timer;
}

/** The plugin, and what it has done so far. One of them serves one gateway. */
export interface LoggingPlugin extends Plugin {
  /** Counts since the start. */
  stats(): LogStats;
}

/** Leaves a row in the log for every call that wants one, without ever slowing a call down. */
export function logging(options: LoggingOptions): LoggingPlugin {
  let writer: LogWriter | undefined;
  return {
    name: 'logging',
    stage: 'observe',
    setup: (host) => {
      writer = new LogWriter({ ...withDefaults(options), host });
      return createHooks(options, writer);
    },
    stats: () => writer?.stats() ?? NOTHING_DONE,
  };
}

const MIB = 1024 * 1024;
const captureKey: StateKey<Capture> = stateKey('logging.capture');
const NOTHING_DONE: LogStats = {
  queued: 0,
  queuedBytes: 0,
  spooled: 0,
  spooledBytes: 0,
  written: 0,
  dropped: 0,
  droppedBodies: 0,
  failures: 0,
  spoolFailures: 0,
};

const platformTimer: Timer = (task, ms) => {
  const id = setTimeout(task, ms);
  return () => clearTimeout(id);
};

function withDefaults(options: LoggingOptions) {
  const { sink, spool, flushIntervalMs = 150, maxQueueBytes = 64 * MIB, maxBatch = 200 } = options;
  return { sink, spool, flushIntervalMs, maxQueueBytes, maxBatch, timer: options.timer ?? platformTimer };
}

function createHooks(options: LoggingOptions, writer: LogWriter): ReturnType<Plugin['setup']> {
  const { maxBodyBytes = 10_000_000, captureBytes = 64 * MIB } = options;
  const budget = createByteBudget(captureBytes);
  return {
    head(call, headers) {
      if (wantsRow(call)) headers['cf-aig-log-id'] = call.id;
    },
    stream(call) {
      if (!wantsRow(call) || !wantsBodies(call)) return undefined;
      const capture = createCapture(maxBodyBytes, budget);
      call.state.set(captureKey, capture);
      return { bytes: capture.push };
    },
    end(call, outcome): MaybePromise<void> {
      const captured = call.state.get(captureKey)?.finish() ?? null;
      if (wantsRow(call)) return writer.push(toEntry(call, outcome, captured, maxBodyBytes));
    },
    close: () => writer.close(),
  };
}

function toEntry(call: Call, outcome: Outcome, captured: Uint8Array | null, maxBodyBytes: number): LogEntry {
  const secrets = credentialsOf(call);
  const record = toLogRecord(call, outcome, secrets);
  if (!keepsBodies(call, outcome)) return { record, bodies: null };
  const response = outcome.reply.type === 'bytes' ? outcome.reply.body : captured;
  return { record, bodies: toBodies(call.body, response, (body) => storable(body, secrets, maxBodyBytes)) };
}

type Body = Uint8Array | null;

function toBodies(request: Body, response: Body, keep: (body: Body) => Body): LogBodies | null {
  const bodies = { request: keep(request), response: keep(response) };
  return bodies.request === null && bodies.response === null ? null : bodies;
}

/** Vendors repeat a wrong key in their answer, and clients put keys into their tools' settings: none is stored. */
function storable(body: Body, secrets: readonly string[], maxBytes: number): Body {
  const kept = keepable(body, maxBytes);
  return kept === null ? null : redactBytes(kept, secrets);
}

function wantsRow(call: Call): boolean {
  return flag(call.options.get('collect-log')) ?? call.gateway.collectLogs;
}

function wantsBodies(call: Call): boolean {
  return flag(call.options.get('collect-log-payload')) ?? true;
}

/**
 * Whoever is turned away at the door leaves a row, but may not fill the store with what he likes. And steps of which none
 * was taken hold the credentials of all their vendors.
 */
function keepsBodies(call: Call, { error }: Outcome): boolean {
  return error?.code !== 'unauthorized' && !isUniversal(call) && wantsBodies(call);
}

/** A header that is neither says nothing. */
function flag(value: string | undefined): boolean | undefined {
  switch (value?.trim().toLowerCase()) {
    case 'true':
      return true;
    case 'false':
      return false;
    default:
      return undefined;
  }
}
