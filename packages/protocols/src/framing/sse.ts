import type { FrameData, FrameDecoder, Framing } from '@sluice/core';
import { encodeUtf8 } from '../support/utf8.ts';
import { SseDecoder } from './sse-decoder.ts';

/**
 * Server-sent events (WHATWG HTML 9.2). Unlike browsers, a last event without its blank line is handed over. A
 * comment or stray blank line outside an event is a frame without data, so that a keep-alive is never held back.
 */
export const sse: Framing = {
  name: 'sse',
  createDecoder: (): FrameDecoder => new SseDecoder(),
  encode,
  terminator: encodeUtf8('\n\n'),
  close: (): Uint8Array<ArrayBuffer> => encodeUtf8(''),
};

function encode({ event, data }: FrameData): Uint8Array<ArrayBuffer> {
  const name = event === undefined ? '' : `event: ${event}\n`;
  if (data === undefined) return encodeUtf8(name === '' ? ':\n\n' : `${name}\n`);
  const lines = data.includes('\n') || data.includes('\r') ? data.replaceAll(/\r\n|\r|\n/g, '\ndata: ') : data;
  return encodeUtf8(`${name}data: ${lines}\n\n`);
}
