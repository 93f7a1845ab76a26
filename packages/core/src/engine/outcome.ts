import { NO_FACTS, type Protocol, type ReplyFacts } from '../contracts/protocol.ts';
import type { Attempt, BytesReply, Outcome, Reply, Timings } from '../contracts/reply.ts';
import type { GatewayError } from '../errors.ts';
import { jsonView } from './json-view.ts';
import type { StreamEnd } from './relay.ts';

/** How a call with a whole answer, or with none but the gateway's error, ended. */
export class BytesOutcome implements Outcome {
  readonly status: number;
  readonly error: GatewayError | null;
  readonly reply: BytesReply;
  readonly attempts: readonly Attempt[];
  readonly timings: Timings;
  readonly partial = false;
  readonly bytesSent: number;
  #facts: ReplyFacts | undefined;

  constructor(reply: BytesReply, error: GatewayError | null, attempts: readonly Attempt[], timings: Timings) {
    this.status = error?.code === 'client_closed' ? error.status : reply.status;
    this.error = error;
    this.reply = reply;
    this.attempts = attempts;
    this.timings = timings;
    this.bytesSent = reply.body.byteLength;
  }

  get success(): boolean {
    return this.error === null && this.status < 400 && this.facts.error === null;
  }

  get abandoned(): boolean {
    return this.error?.code === 'client_closed';
  }

  /** Read here, after the answer has left, and only when somebody asks. */
  get facts(): ReplyFacts {
    this.#facts ??= readFacts(this.reply, this.reply.protocol);
    return this.#facts;
  }
}

function readFacts({ status, headers, body }: BytesReply, protocol: Protocol | undefined): ReplyFacts {
  return protocol?.readReply({ status, headers, body, json: jsonView(body) }) ?? NO_FACTS;
}

/** How a call with a streamed answer ended. */
export function streamOutcome(reply: Reply, end: StreamEnd, attempts: readonly Attempt[], timings: Timings): Outcome {
  return {
    status: reply.status,
    success: end.error === null && !end.abandoned && reply.status < 400 && end.facts.error === null,
    error: end.error,
    abandoned: end.abandoned,
    reply,
    facts: end.facts,
    partial: !end.complete,
    attempts,
    timings,
    bytesSent: end.bytesSent,
  };
}
