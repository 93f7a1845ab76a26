import type { Frame, FrameData, FrameKind, Framing, Protocol, ReplyFacts, ReplyView, RequestView } from '@sluice/core';
import { parseJson } from '../../support/json.ts';
import { decodeUtf8, encodeUtf8 } from '../../support/utf8.ts';

/** A request to a path, with a JSON body when one is given. */
export function request(path: string, body?: unknown): RequestView {
  return {
    method: 'POST',
    path,
    query: '',
    contentType: 'application/json',
    body: body === undefined ? null : encodeUtf8(JSON.stringify(body)),
    json: () => body,
  };
}

/** A whole answer; a body that is a string stands as it is. */
export function reply(
  body: unknown,
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): ReplyView {
  const bytes = encodeUtf8(typeof body === 'string' ? body : JSON.stringify(body));
  return { status, headers, body: bytes, json: () => parseJson(decodeUtf8(bytes)) };
}

/** What a reader made of a stream. */
export interface Followed {
  readonly kinds: readonly FrameKind[];
  readonly facts: ReplyFacts;
  readonly complete: boolean;
}

/** Cuts a stream into frames and lets the protocol's reader follow it to its end; `asked` is what it answers. */
export function follow(
  protocol: Protocol,
  framing: Framing,
  wire: string | Uint8Array<ArrayBuffer>,
  asked?: RequestView,
): Followed {
  const reader = protocol.readStream(framing.name, asked);
  const decoder = framing.createDecoder();
  const kinds: FrameKind[] = [];
  const sink = (frame: Frame): void => {
    kinds.push(reader.push(frame));
  };
  decoder.push(typeof wire === 'string' ? encodeUtf8(wire) : wire, sink);
  decoder.end(sink);
  return { kinds, facts: reader.facts, complete: reader.complete };
}

/** The bytes of a stream made of these frames. */
export function wireOf(framing: Framing, frames: readonly FrameData[]): Uint8Array<ArrayBuffer> {
  const pieces = frames.map((frame, index) => framing.encode(frame, index === 0));
  const wire = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    wire.set(piece, at);
    at += piece.length;
  }
  return wire;
}

/** The bytes written in hexadecimal. */
export function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

/** Drops events from the end of an SSE stream. */
export function withoutLast(stream: string, events = 1): string {
  return `${stream.trimEnd().split('\n\n').slice(0, -events).join('\n\n')}\n\n`;
}
