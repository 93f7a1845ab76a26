import type { Call } from '../contracts/call.ts';
import { type ByteSource, type Runtime, TransportError, type UpstreamReply } from '../contracts/runtime.ts';
import type { GatewayError } from '../errors.ts';
import { concat } from './bytes.ts';
import { atDeadline, deadlinePassed } from './deadline.ts';
import { IdleWatch } from './idle-watch.ts';
import type { Limits } from './limits.ts';
import { stalled } from './upstream-error.ts';

export interface BufferOptions {
  readonly runtime: Pick<Runtime, 'now'>;
  readonly limits: Limits;
}

/**
 * Reads an answer whole. One that outgrows the limit, or that begins with the white space some vendors send for minutes
 * to keep the connection alive, is handed back as a source instead, with what was read already in front.
 */
export async function bufferBody(
  call: Call,
  upstream: UpstreamReply,
  { runtime, limits }: BufferOptions,
): Promise<Uint8Array<ArrayBuffer> | ByteSource> {
  const { body } = upstream;
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const idleMs = call.timeouts.idleMs ?? limits.idleTimeoutMs;
  let givenUp: GatewayError | undefined;
  const giveUp = (error: GatewayError): void => {
    givenUp ??= error;
    body.cancel();
  };
  const watch = new IdleWatch(idleMs, runtime.now, () => giveUp(stalled(call, idleMs)));
  const forgetDeadline = atDeadline(call, runtime.now(), () => giveUp(deadlinePassed(call)));
  try {
    for (;;) {
      watch.waiting();
      const piece = await body.read();
      watch.arrived();
      if (givenUp !== undefined) throw givenUp;
      if (piece === undefined) break;
      pieces.push(piece);
      size += piece.byteLength;
      if (size > limits.maxBufferedReplyBytes || (pieces.length === 1 && isBlank(piece))) return prepend(pieces, body);
    }
  } catch (thrown) {
    body.cancel();
    throw thrown;
  } finally {
    watch.stop();
    forgetDeadline();
  }
  assertWhole(upstream, size);
  return concat(pieces);
}

/** Some clients end a body cleanly when the connection broke before the announced length. */
function assertWhole({ headers }: UpstreamReply, size: number): void {
  const announced = headers['content-length'];
  if (announced !== undefined && Number(announced) !== size) {
    throw new TransportError('interrupted', `it announced ${announced} bytes and sent ${size}`);
  }
}

function isBlank(piece: Uint8Array): boolean {
  return piece.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

function prepend(pieces: Uint8Array<ArrayBuffer>[], rest: ByteSource): ByteSource {
  return {
    read: () => {
      const piece = pieces.shift();
      return piece === undefined ? rest.read() : Promise.resolve(piece);
    },
    cancel: () => rest.cancel(),
  };
}
