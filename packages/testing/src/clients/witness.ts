import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** A reply as it came over the wire, whatever the client made of it. */
export interface WitnessedReply {
  readonly origin: string;
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
}

/**
 * Runs a call and tells which replies arrived meanwhile. It watches Node's own `fetch`, which all the clients use, so they
 * need no hook that would make them other than unmodified. Calls must not overlap.
 */
export async function witness<T>(call: () => Promise<T>): Promise<{ result: T; replies: readonly WitnessedReply[] }> {
  const replies: WitnessedReply[] = [];
  const onHeaders = (message: unknown) => {
    replies.push(toReply(message as UndiciHeadersMessage));
  };
  subscribe(CHANNEL, onHeaders);
  try {
    return { result: await call(), replies };
  } finally {
    unsubscribe(CHANNEL, onHeaders);
  }
}

const CHANNEL = 'undici:request:headers';

/** https://github.com/nodejs/undici/blob/main/docs/docs/api/DiagnosticsChannel.md */
interface UndiciHeadersMessage {
  readonly request: { readonly origin: string | URL; readonly path: string };
  readonly response: { readonly statusCode: number; readonly headers: readonly Uint8Array[] };
}

function toReply({ request, response }: UndiciHeadersMessage): WitnessedReply {
  const text = response.headers.map((part) => Buffer.from(part).toString('latin1'));
  const headers = new Headers();
  for (let i = 0; i < text.length; i += 2) headers.append(text[i] ?? '', text[i + 1] ?? '');
  return { origin: String(request.origin), path: request.path, status: response.statusCode, headers };
}
