import type { Framing } from '@sluice/core';
import { sse } from '../framing/sse.ts';
import { mediaType } from '../support/content-type.ts';

/** Server-sent events, or one body. */
export function sseFraming(contentType: string): Framing | undefined {
  return mediaType(contentType) === 'text/event-stream' ? sse : undefined;
}
