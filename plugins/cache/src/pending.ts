import { type BytesReply, type Call, type StateKey, type StreamReply, stateKey } from '@sluice/core';
import type { Address } from './address.ts';
import type { Flight } from './flights.ts';
import type { Recording } from './recording.ts';
import type { Seat } from './shared-stream.ts';
import type { Wish } from './wish.ts';

/** A question that went upstream, or shares the stream of one that did, and whose answer may be kept once it is whole. */
export interface Pending {
  readonly call: Call;
  readonly wish: Wish;
  readonly address: Address;
  readonly startedAt: number;
  readonly flight: Flight | undefined;
  /** The place in a shared stream. */
  readonly seat: Seat | undefined;
  /** What came back; undefined before, and for what can't be kept. */
  answer: Answer | undefined;
}

/** An answer on its way to the client, and for a stream the recording that it is read from. */
export type Answer =
  | { readonly type: 'bytes'; readonly reply: BytesReply }
  | { readonly type: 'stream'; readonly reply: StreamReply; readonly recording: Recording };

/** The latest such question of a client's call: each step of a fallback chain asks its own. */
export const pendingKey: StateKey<Pending | undefined> = stateKey('cache.pending');

/** What the answer's headers say of the cache. */
export interface Verdict {
  readonly status: 'HIT' | 'MISS';
  readonly entry: string;
}

export const verdictKey: StateKey<Verdict | undefined> = stateKey('cache.verdict');
