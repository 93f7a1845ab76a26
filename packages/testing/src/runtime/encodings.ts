import {
  brotliCompressSync,
  brotliDecompressSync,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateSync,
  zstdCompressSync,
  zstdDecompressSync,
} from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type Answer, ask } from './client.ts';
import { CHAT_ANSWER, CHAT_END, CHAT_REQUEST, chatFrame, STREAM_REQUEST } from './samples.ts';
import { JSON_HEADERS, type Scene } from './scene.ts';

/** An upstream that compresses although nobody asked for it: the client can read what it gets, as its headers say. */
export function testEncodings(scene: () => Scene): void {
  const answered = [
    ['a JSON answer', 'application/json', CHAT_REQUEST, CHAT_ANSWER],
    ['an event stream', 'text/event-stream', STREAM_REQUEST, chatFrame('one') + CHAT_END],
  ] as const;

  describe.each(answered)('%s', (_, type, request, body) => {
    test.each(Object.keys(CODINGS))('in %s is what its content-encoding says', async (encoding) => {
      const { upstream, url } = scene();
      const headers = { 'content-type': type, 'content-encoding': encoding };
      upstream.respond({ headers, body: encode(encoding, body) });
      const answer = await ask(url('openai/chat/completions'), {
        method: 'POST',
        headers: { ...JSON_HEADERS, 'accept-encoding': 'gzip' },
        body: request,
      });
      expect(answer.status).toBe(200);
      expect(decoded(answer)).toBe(body);
      expect(answer.headers['content-length'] ?? String(answer.body.length)).toBe(String(answer.body.length));
    });
  });
}

interface Coding {
  encode(bytes: Uint8Array): Uint8Array;
  decode(bytes: Uint8Array): Uint8Array;
}

/** Nobody knows this one, so nobody can undo it but who reads its name. */
const flipped: Coding = { encode: flip, decode: flip };

const CODINGS: Readonly<Record<string, Coding>> = {
  gzip: { encode: (bytes) => gzipSync(bytes), decode: (bytes) => gunzipSync(bytes) },
  br: { encode: (bytes) => brotliCompressSync(bytes), decode: (bytes) => brotliDecompressSync(bytes) },
  deflate: { encode: (bytes) => deflateSync(bytes), decode: (bytes) => inflateSync(bytes) },
  zstd: { encode: (bytes) => zstdCompressSync(bytes), decode: (bytes) => zstdDecompressSync(bytes) },
  'x-flipped': flipped,
};

function encode(encoding: string, text: string): Uint8Array {
  return coding(encoding).encode(Buffer.from(text));
}

/** The body as text, undone as its header says: what a client would do. */
function decoded({ headers, body }: Answer): string {
  const encoding = headers['content-encoding'];
  return Buffer.from(encoding === undefined ? body : coding(encoding).decode(body)).toString('utf8');
}

function coding(encoding: string): Coding {
  const found = CODINGS[encoding];
  if (found === undefined) throw new Error(`Nobody sent the encoding ${encoding}.`);
  return found;
}

function flip(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => byte ^ 0xff);
}
