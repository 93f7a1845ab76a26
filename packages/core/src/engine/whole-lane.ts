import { NO_FACTS, type Protocol, type ReplyFacts } from '../contracts/protocol.ts';
import { concat } from './bytes.ts';
import { jsonView } from './json-view.ts';
import { OpaqueLane } from './opaque-lane.ts';
import type { Passage, RelayOptions } from './relay.ts';

/**
 * One JSON answer that could not be held back until it was whole: some vendors send white space for minutes first. It is
 * kept aside as it passes, up to the limit for whole answers, and read at its end.
 */
export class WholeLane extends OpaqueLane {
  override facts: ReplyFacts = NO_FACTS;
  readonly #options: RelayOptions;
  readonly #protocol: Protocol;
  #kept: Uint8Array<ArrayBuffer>[] | undefined = [];
  #size = 0;

  constructor(options: RelayOptions, protocol: Protocol) {
    super(options);
    this.#options = options;
    this.#protocol = protocol;
  }

  override accept(piece: Uint8Array<ArrayBuffer>): Passage {
    this.#size += piece.byteLength;
    if (this.#size > this.#options.limits.maxBufferedReplyBytes) this.#kept = undefined;
    this.#kept?.push(piece);
    return super.accept(piece);
  }

  override finish(isClean: boolean): Passage {
    if (isClean && this.#kept !== undefined) {
      const body = concat(this.#kept);
      const { status, headers } = this.#options.reply;
      this.facts = this.#protocol.readReply({ status, headers, body, json: jsonView(body) });
    }
    return super.finish(isClean);
  }
}
