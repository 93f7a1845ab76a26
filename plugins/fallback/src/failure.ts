import type { BytesReply, Reply, WireError } from '@sluice/core';

/** What a reply says went wrong, or undefined when it is an answer. */
export function failureOf(reply: Reply): WireError | undefined {
  if (reply.type === 'bytes') return readError(reply);
  return reply.opensWith ?? (reply.status < 400 ? undefined : { code: null, message: '', status: reply.status });
}

/** Vendors that report an error under a good status are told apart by their language alone. */
function readError(reply: BytesReply): WireError | undefined {
  const { status, headers, body, protocol } = reply;
  const { error = null } = protocol?.readReply({ status, headers, body, json: () => parse(body) }) ?? {};
  if (error !== null) return error;
  return status < 400 ? undefined : { code: null, message: decoder.decode(body.subarray(0, LONGEST)), status };
}

/** Bytes of a body that nobody can read which may hold the reason. */
const LONGEST = 2000;

const decoder = new TextDecoder();

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(body));
  } catch {
    return undefined;
  }
}
