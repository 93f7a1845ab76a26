import type { FrameData, FrameDecoder, Framing } from '@sluice/core';
import { encodeUtf8 } from '../support/utf8.ts';
import { AwsEventStreamDecoder } from './aws-eventstream-decoder.ts';
import { encodeMessage } from './aws-eventstream-encoder.ts';

/**
 * Amazon's binary event stream (`application/vnd.amazon.eventstream`): length-prefixed messages whose prelude and body
 * are covered by CRC-32. A frame's `event` is `:event-type`, `:exception-type` or `:error-code`.
 */
export const awsEventStream: Framing = {
  name: 'aws-eventstream',
  createDecoder: (): FrameDecoder => new AwsEventStreamDecoder(),
  encode: (frame: FrameData): Uint8Array<ArrayBuffer> => encodeMessage(frame),
  terminator: encodeUtf8(''),
  close: (): Uint8Array<ArrayBuffer> => encodeUtf8(''),
};
