import type { Plugin, Store } from '@sluice/core';
import { Desk } from './desk.ts';
import { verdictKey } from './pending.ts';

export interface CacheOptions {
  /** Where answers are kept. */
  readonly store: Store;
  /** Calls with the same question at the same moment share one call upstream; true unless set. Not for Workers, where no call can wait for another's I/O. */
  readonly coalesce?: boolean;
  /** How long a call waits for the store at most, in milliseconds; 250 unless set. */
  readonly readTimeoutMs?: number;
  /** How long an answer may take to be written, in milliseconds; 5,000 unless set. */
  readonly writeTimeoutMs?: number;
  /** How much memory the streams that are being recorded may take together, in bytes; 64 MiB unless set. */
  readonly maxRecordingBytes?: number;
  /** How long a fresh answer may take to be fetched behind a client's back, in milliseconds; 5 minutes unless set. */
  readonly refreshTimeoutMs?: number;
}

/**
 * Answers a repeated question from the store. Only whole successes are kept, and only for who asks the very same with
 * the very same credential.
 */
export function cache(options: CacheOptions): Plugin {
  return {
    name: 'cache',
    stage: 'cache',
    setup: (host) => {
      const desk = new Desk(options, host);
      return {
        handle: (call, next) => desk.answer(call, next),
        head(call, headers) {
          const verdict = call.state.get(verdictKey);
          if (verdict === undefined) return;
          headers['cf-aig-cache-status'] = verdict.status;
          headers['cf-aig-cache-entry'] = verdict.entry;
        },
        end: (call, outcome) => desk.end(call, outcome),
      };
    },
  };
}
