import { NO_FACTS, type ReplyFacts } from '../contracts/protocol.ts';
import { ERRORS, type GatewayError } from '../errors.ts';
import { EMPTY } from './bytes.ts';
import type { Lane, Passage, RelayOptions } from './relay.ts';

const encoder = new TextEncoder();

/** Lets bytes pass unread: audio, images, files, and streams of a language nobody here speaks. */
export class OpaqueLane implements Lane {
  facts: ReplyFacts = NO_FACTS;
  complete = false;
  firstChunkAt: number | null = null;
  readonly #options: RelayOptions;

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  accept(piece: Uint8Array<ArrayBuffer>): Passage {
    this.firstChunkAt ??= this.#options.runtime.now();
    return { bytes: piece, malformed: undefined };
  }

  finish(isClean: boolean): Passage {
    this.complete = isClean;
    return { bytes: EMPTY, malformed: undefined };
  }

  /** Text streams have a place for an error; in the middle of media only a broken connection tells the truth. */
  tellError(error: GatewayError): Uint8Array<ArrayBuffer> | undefined {
    const { headers } = this.#options.reply;
    // In the middle of an encoding that nobody here could undo, plain words are noise.
    if ((headers['content-encoding'] ?? 'identity') !== 'identity') return undefined;
    const type = headers['content-type'] ?? '';
    const body = JSON.stringify({
      error: { code: error.code, message: error.message, status: ERRORS[error.code].status },
    });
    if (type.startsWith('text/event-stream')) return encoder.encode(`\n\nevent: error\ndata: ${body}\n\n`);
    if (/^application\/(x-ndjson|stream\+json)/.test(type)) return encoder.encode(`\n${body}\n`);
    return undefined;
  }
}
