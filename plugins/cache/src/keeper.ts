import type { Outcome, PluginHost, Reply, ReplyFacts } from '@sluice/core';
import { type Entry, encodeEntry } from './entry.ts';
import { WHOLE } from './forms/asked.ts';
import { isKeepable } from './keepable.ts';
import type { Answer, Pending } from './pending.ts';
import { endsItself, readStream, readWhole } from './reading.ts';
import { Recording, type RecordingRoom } from './recording.ts';
import { lastingHeaders } from './replay.ts';
import type { Shelf } from './shelf.ts';

export interface KeeperOptions {
  readonly shelf: Shelf;
  /** For all recordings together. */
  readonly room: RecordingRoom;
  readonly host: Pick<PluginHost, 'now'>;
}

/** Writes answers down once they are whole. */
export class Keeper {
  readonly #options: KeeperOptions;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /** A reply that may become an answer to keep. From then on its stream is read from the recording. */
  watch(reply: Reply): Answer | undefined {
    if (reply.status !== 200) return undefined;
    if (reply.type === 'bytes') return { type: 'bytes', reply };
    if (reply.opensWith !== undefined) return undefined;
    const { shelf, room } = this.#options;
    return { type: 'stream', reply, recording: new Recording(reply.body, room, shelf.maxValueBytes) };
  }

  /** Keeps the answer of a call that has ended, if it is one to keep. */
  async keep(pending: Pending, answer: Answer, outcome: Outcome): Promise<void> {
    const { reply } = answer;
    // A plugin further out may have refused it.
    if (outcome.error !== null || outcome.reply.source !== reply.source) return;
    if (answer.type === 'bytes') {
      const { body } = answer.reply;
      const isSame = outcome.reply.type === 'bytes' && outcome.reply.body === body;
      await this.#write(pending, reply, isSame ? outcome.facts : readWhole(pending.call, reply, body), body);
      return;
    }
    const { recording } = answer;
    if (!outcome.success || outcome.partial || recording.isKept) return;
    const body = recording.bytes();
    // The client may close before the upstream does; then the last event that passed has to be the last of all.
    if (body === undefined || !(recording.isOver || endsItself(pending.call, answer.reply, body))) return;
    recording.isKept = true;
    await this.#write(pending, reply, outcome.facts, body);
  }

  /** Reads a reply that goes to nobody to its end, and keeps it if it is one to keep. */
  async drain(pending: Pending, answer: Answer): Promise<void> {
    const { call } = pending;
    if (answer.type === 'bytes') {
      const { reply } = answer;
      await this.#write(pending, reply, readWhole(call, reply, reply.body), reply.body);
      return;
    }
    const { reply, recording } = answer;
    const reader = recording.open();
    try {
      while (!recording.isOver) await reader.read();
      const body = recording.bytes();
      const facts = body && readStream(call, reply, body);
      if (body !== undefined && facts !== undefined) await this.#write(pending, reply, facts, body);
    } finally {
      reader.cancel();
      recording.drop();
    }
  }

  async #write(pending: Pending, reply: Reply, facts: ReplyFacts, body: Uint8Array<ArrayBuffer>): Promise<void> {
    const { call, wish, address, startedAt } = pending;
    if (!isKeepable(call, reply, facts, body)) return;
    const { shelf, host } = this.#options;
    const freshUntil = host.now() + wish.ttlSeconds * 1000;
    const entry = { ...toEntry(reply, body, address.asked.form), startedAt, freshUntil };
    await shelf.write(address.name, encodeEntry(entry), wish.ttlSeconds + wish.staleSeconds);
  }
}

/** An answer as it is kept, but for its times. */
export function toEntry(
  reply: Reply,
  body: Uint8Array<ArrayBuffer>,
  asked: string,
): Omit<Entry, 'startedAt' | 'freshUntil'> {
  return { form: formOf(reply, asked), headers: lastingHeaders(reply.headers), body };
}

function formOf(reply: Reply, asked: string): string {
  if (reply.type === 'bytes' || reply.framing === undefined) return WHOLE;
  return asked === WHOLE ? 'stream' : asked;
}
