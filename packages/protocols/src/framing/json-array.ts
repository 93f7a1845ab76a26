import type { FrameData, FrameDecoder, Framing } from '@sluice/core';
import { encodeUtf8 } from '../support/utf8.ts';
import { JsonArrayDecoder } from './json-array-decoder.ts';

/**
 * One JSON array of objects sent in pieces (Gemini without `alt=sse`). Brackets and commas belong to the frames around
 * them: the opening bracket and each comma to the element behind it; the closing bracket is a frame without data.
 */
export const jsonArray: Framing = {
  name: 'json-array',
  createDecoder: (): FrameDecoder => new JsonArrayDecoder(),
  encode: ({ data }: FrameData, first: boolean): Uint8Array<ArrayBuffer> =>
    data === undefined ? close(first) : encodeUtf8(`${first ? '[' : ',\n'}${data}`),
  terminator: encodeUtf8(''),
  close,
};

function close(first: boolean): Uint8Array<ArrayBuffer> {
  return encodeUtf8(first ? '[]' : '\n]');
}
