import { type Frame, type FrameDecoder, MalformedStreamError } from '@sluice/core';
import { decodeUtf8 } from '../support/utf8.ts';
import { readHeaders } from './aws-eventstream-headers.ts';
import { crc32 } from './crc32.ts';
import { frameTooLarge, HeldBytes, MAX_FRAME_BYTES } from './held-bytes.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Cuts messages from bytes and checks both of their CRCs. */
export class AwsEventStreamDecoder implements FrameDecoder {
  readonly #held = new HeldBytes();
  /** The length of the unfinished message once its prelude was checked, else 0. */
  #pending = 0;

  push(chunk: Bytes, sink: (frame: Frame) => void): Bytes {
    const window = this.#held.window(chunk);
    let at = 0;
    for (;;) {
      if (this.#pending === 0) this.#pending = readPrelude(window, at);
      if (this.#pending === 0 || window.length - at < this.#pending) break;
      const end = at + this.#pending;
      this.#pending = 0;
      sink(readMessage(window, at, end));
      at = end;
    }
    this.#held.keep(window, at);
    return window;
  }

  end(): Bytes {
    // A message that was cut off can't be checked, so it is no frame.
    return this.#held.take();
  }
}

/** The message's whole length, or 0 while its prelude is not there yet. */
function readPrelude(window: Bytes, at: number): number {
  if (window.length - at < PRELUDE_BYTES) return 0;
  const total = uint32(window, at);
  const headers = uint32(window, at + 4);
  if (uint32(window, at + 8) !== crc32(window, at, at + 8))
    throw new MalformedStreamError('an event stream prelude with a wrong CRC', window);
  if (total > MAX_FRAME_BYTES) throw frameTooLarge(window);
  if (total < MIN_MESSAGE_BYTES || headers > total - MIN_MESSAGE_BYTES) {
    const claim = `an event stream message of ${total} bytes with ${headers} bytes of headers`;
    throw new MalformedStreamError(claim, window);
  }
  return total;
}

function readMessage(window: Bytes, at: number, end: number): Frame {
  const bodyEnd = end - CRC_BYTES;
  if (uint32(window, bodyEnd) !== crc32(window, at, bodyEnd))
    throw new MalformedStreamError('an event stream message with a wrong CRC', window);
  const headersStart = at + PRELUDE_BYTES;
  const payload = headersStart + uint32(window, at + 4);
  const headers = readHeaders(window, headersStart, payload);
  const type = headers.get(':message-type');
  const data = payload === bodyEnd ? undefined : decodeUtf8(window.subarray(payload, bodyEnd));
  if (type === 'exception') return { event: headers.get(':exception-type'), data, messageType: type, end };
  if (type !== 'error') return { event: headers.get(':event-type'), data, end };
  // An error message has no payload: what it says stands in its headers.
  const said = data ?? JSON.stringify({ message: headers.get(':error-message') ?? '' });
  return { event: headers.get(':error-code'), data: said, messageType: type, end };
}

function uint32(bytes: Bytes, at: number): number {
  return (
    (((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number)) >>>
    0
  );
}

const PRELUDE_BYTES = 12;
const CRC_BYTES = 4;
const MIN_MESSAGE_BYTES = 16;
