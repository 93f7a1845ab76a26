import { type Call, type Frame, NO_FACTS, type Reply, type ReplyFacts, type StreamReply } from '@sluice/core';

/** What a whole answer says about itself. */
export function readWhole({ target }: Call, { status, headers }: Reply, body: Uint8Array): ReplyFacts {
  return target.protocol?.readReply({ status, headers, body, json: () => parse(body) }) ?? NO_FACTS;
}

/** What a stream says about itself, or undefined when it is not whole. */
export function readStream(call: Call, reply: StreamReply, body: Uint8Array<ArrayBuffer>): ReplyFacts | undefined {
  const { framing } = reply;
  const reader = framing && call.target.protocol?.readStream(framing.name, call);
  if (framing === undefined || reader === undefined) return readWhole(call, reply, body);
  let isBroken = false;
  const look = (frame: Frame): void => {
    isBroken = reader.push(frame) === 'malformed' || isBroken;
  };
  const cutter = framing.createDecoder();
  cutter.push(body, look);
  cutter.end(look);
  return reader.complete && !isBroken ? reader.facts : undefined;
}

/** Whether the event that ends a stream stands in these bytes. */
export function endsItself(call: Call, { framing }: StreamReply, body: Uint8Array<ArrayBuffer>): boolean {
  const reader = framing && call.target.protocol?.readStream(framing.name, call);
  let isEnded = false;
  framing?.createDecoder().push(body, (frame) => {
    isEnded = reader?.push(frame) === 'end' || isEnded;
  });
  return isEnded;
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(body));
  } catch {
    return undefined;
  }
}

const decoder = new TextDecoder();
