import type { StoredCredential } from '@sluice/core';
import type { Verdict } from './judge.ts';

/** Remembers which keys rest, and whose turn it is. Each process learns for itself. */
export class KeyHealth {
  readonly #rests = new Map<string, Rest>();
  readonly #turns = new Map<string, number>();

  /**
   * The keys to try, in order: those that don't rest, each call beginning with the next one. When all rest it is the one
   * whose rest ends first: a call is never failed for want of a rested key.
   */
  inTurn(group: string, keys: readonly StoredCredential[], now: number): StoredCredential[] {
    const ready = keys.filter((key) => this.#until(key) <= now);
    if (ready.length === 0) {
      return [...keys].sort((one, other) => this.#until(one) - this.#until(other)).slice(0, 1);
    }
    if (ready.length === 1) return ready;
    const turn = this.#turns.get(group) ?? 0;
    this.#turns.set(group, turn + 1);
    const first = turn % ready.length;
    return [...ready.slice(first), ...ready.slice(0, first)];
  }

  /** Takes down what an answer said against a key, or that it said nothing. */
  note(
    key: StoredCredential,
    verdict: Verdict | undefined,
    { startedAt, now }: { startedAt: number; now: number },
  ): void {
    const rest = this.#restOf(key);
    // What was asked before the key was sent to rest tells nothing new.
    if (rest !== undefined && startedAt < rest.since) return;
    if (verdict === undefined) {
      if (rest !== undefined) this.#rests.delete(key.id);
      return;
    }
    const times = verdict.grows ? (rest?.times ?? 0) + 1 : 1;
    const ms = Math.min(verdict.restMs * 2 ** (times - 1), LONGEST_MS);
    this.#rests.set(key.id, { secret: key.secret, since: now, until: now + ms, times });
  }

  #until(key: StoredCredential): number {
    return this.#restOf(key)?.until ?? 0;
  }

  /** A key whose secret was replaced is another key. */
  #restOf({ id, secret }: StoredCredential): Rest | undefined {
    const rest = this.#rests.get(id);
    return rest?.secret === secret ? rest : undefined;
  }
}

interface Rest {
  readonly secret: string;
  readonly since: number;
  readonly until: number;
  /** How often in a row. */
  readonly times: number;
}

const LONGEST_MS = 60 * 60_000;
