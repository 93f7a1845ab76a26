import type { MetadataRollup, Rollup } from '@sluice/core';
import { bounded, OTHER } from './bounds.ts';
import type { Counted } from './counted.ts';
import { Entry } from './entry.ts';
import type { TotalsBook } from './totals.ts';

/** What is written of an entry, and what is remembered of it. */
export interface Line {
  readonly entry: Entry;
  readonly minute: Minute;
  /** How the row is to be made, once it is written. */
  readonly toRow: () => Row;
}

/** A row, and which table it is for. */
export type Row =
  | { readonly type: 'main'; readonly row: Rollup }
  | { readonly type: 'metadata'; readonly row: MetadataRollup };

/**
 * The calls of one minute, by all that they are told apart by. Its writer's name is its own: a minute that was forgotten
 * and begins anew, for a call that ended late, never writes over what it wrote before.
 */
export class Minute {
  readonly start: number;
  readonly writer: string;
  /** What changed since it was last taken. */
  readonly changed: Set<Line> = new Set();
  readonly #lines = new Map<string, Line>();
  readonly #gateways = new Map<string, GatewayRoom>();
  readonly #totals: TotalsBook;

  constructor(start: number, writer: string, totals: TotalsBook) {
    this.start = start;
    this.writer = writer;
    this.#totals = totals;
  }

  get size(): number {
    return this.#lines.size;
  }

  lines(): Iterable<Line> {
    return this.#lines.values();
  }

  add(call: Counted): void {
    this.#count(this.#lines.get(keyOf(call)) ?? this.#open(call), call);
    if (call.metadata === null) return;
    for (const key in call.metadata) this.#addPair(call, bounded(key), bounded(String(call.metadata[key])));
  }

  #count(line: Line, call: Counted): void {
    line.entry.add(call);
    this.changed.add(line);
  }

  #open(asked: Counted): Line {
    const room = this.#roomOf(asked);
    const call = room.calls < MAX_CALLS ? asked : { ...asked, model: OTHER, error: asked.error === '' ? '' : OTHER };
    const known = call === asked ? undefined : this.#lines.get(keyOf(call));
    if (known !== undefined) return known;
    room.calls += 1;
    const entry = new Entry(this.#totals.of(call));
    const { account, gateway, provider, model, status: statusCode, error: errorCode, cached } = call;
    const name = { start: this.start, account, gateway, provider, model, statusCode, errorCode, cached };
    return this.#keep(keyOf(call), entry, () => ({ type: 'main', row: { ...name, ...this.#valuesOf(entry) } }));
  }

  #addPair(call: Counted, key: string, value: string): void {
    this.#count(this.#lines.get(pairKey(call, key, value)) ?? this.#openPair(call, key, value), call);
  }

  #openPair(call: Counted, askedKey: string, askedValue: string): Line {
    const room = this.#roomOf(call);
    const isNew = !room.keys.has(askedKey);
    const key = isNew && room.keys.size >= MAX_KEYS ? OTHER : askedKey;
    const value = key === OTHER || room.pairs >= MAX_PAIRS ? OTHER : askedValue;
    const known = this.#lines.get(pairKey(call, key, value));
    if (known !== undefined) return known;
    room.keys.add(key);
    room.pairs += 1;
    const entry = new Entry();
    const name = { start: this.start, account: call.account, gateway: call.gateway, key, value };
    return this.#keep(pairKey(call, key, value), entry, () => ({
      type: 'metadata',
      row: { ...name, ...this.#valuesOf(entry), cachedRequests: entry.cachedRequests },
    }));
  }

  #valuesOf(entry: Entry) {
    const { durations, firstChunks } = entry;
    const times = { durations: durations.toBytes(), firstChunks: firstChunks.toBytes() };
    return { writer: this.writer, ...entry.sums(), ...times };
  }

  #keep(key: string, entry: Entry, toRow: Line['toRow']): Line {
    const line = { entry, minute: this, toRow };
    this.#lines.set(key, line);
    return line;
  }

  #roomOf({ account, gateway }: Counted): GatewayRoom {
    const name = `${account}\0${gateway}`;
    const known = this.#gateways.get(name);
    if (known !== undefined) return known;
    const room = { calls: 0, pairs: 0, keys: new Set<string>() };
    this.#gateways.set(name, room);
    return room;
  }
}

/** How many are told apart in a gateway and a minute. */
const MAX_CALLS = 500;
const MAX_PAIRS = 1000;
const MAX_KEYS = 50;

interface GatewayRoom {
  calls: number;
  pairs: number;
  readonly keys: Set<string>;
}

/** None of the parts holds this sign. */
const GAP = '\0';

function keyOf({ account, gateway, provider, model, status, error, cached }: Counted): string {
  return account + GAP + gateway + GAP + provider + GAP + model + GAP + status + GAP + error + (cached ? GAP : '');
}

function pairKey({ account, gateway }: Counted, key: string, value: string): string {
  // One gap more in front: no key of a call begins with one.
  return GAP + account + GAP + gateway + GAP + key + GAP + value;
}
