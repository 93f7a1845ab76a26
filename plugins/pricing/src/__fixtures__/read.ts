import type { Frame, Protocol, ReplyFacts } from '@sluice/core';

/** What a protocol reads from a whole answer. */
export function readWhole(protocol: Protocol, body: unknown, headers: Readonly<Record<string, string>> = {}): ReplyFacts {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  return protocol.readReply({ status: 200, headers, body: bytes, json: () => body });
}

/** What a protocol reads from a stream of these payloads; `event` names the frames where a language has names. */
export function readStreamed(
  protocol: Protocol,
  contentType: string,
  payloads: readonly (unknown | Named)[],
): ReplyFacts {
  const framing = protocol.framing(contentType);
  if (framing === undefined) throw new Error(`${protocol.name} does not stream ${contentType}`);
  const reader = protocol.readStream(framing.name);
  const decoder = framing.createDecoder();
  const sink = (frame: Frame): void => void reader.push(frame);
  payloads.forEach((payload, index) => {
    const { event, data } = payload instanceof Named ? payload : new Named(undefined, payload);
    const text = typeof data === 'string' ? data : JSON.stringify(data);
    decoder.push(framing.encode({ event, data: text }, index === 0), sink);
  });
  decoder.push(framing.close(payloads.length === 0), sink);
  decoder.end(sink);
  return reader.facts;
}

/** A payload in a frame with a name. */
export class Named {
  readonly event: string | undefined;
  readonly data: unknown;

  constructor(event: string | undefined, data: unknown) {
    this.event = event;
    this.data = data;
  }
}
