import { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { type ByteSource, TransportError, type UpstreamReply } from '../contracts/runtime.ts';

const DECODERS: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/** Undoes a content encoding that the upstream used although nobody asked for one. */
export function decodeBody(reply: UpstreamReply): UpstreamReply {
  const encoding = reply.headers['content-encoding'];
  if (encoding === undefined) return reply;
  const decoder = DECODERS[encoding.trim().toLowerCase()]?.();
  if (decoder === undefined) return reply;
  const { 'content-encoding': _encoding, 'content-length': _length, ...headers } = reply.headers;
  return { ...reply, headers, body: decode(reply.body, decoder) };
}

function decode(body: ByteSource, decoder: NodeJS.ReadWriteStream & Readable): ByteSource {
  const encoded = Readable.from(pieces(body));
  encoded.on('error', (error) => decoder.destroy(error));
  // A damaged body has no end that could be waited for.
  decoder.on('error', () => body.cancel());
  encoded.pipe(decoder);
  const decoded = decoder[Symbol.asyncIterator]() as AsyncIterator<Uint8Array<ArrayBuffer>>;
  let isCancelled = false;
  return {
    async read() {
      try {
        const { done, value } = await decoded.next();
        return done === true ? undefined : value;
      } catch (thrown) {
        if (isCancelled) return undefined;
        if (thrown instanceof TransportError) throw thrown;
        throw new TransportError('interrupted', 'its compressed body is damaged', { cause: thrown });
      }
    },
    cancel() {
      isCancelled = true;
      body.cancel();
      decoder.destroy();
    },
  };
}

async function* pieces(body: ByteSource): AsyncGenerator<Uint8Array> {
  for (;;) {
    const piece = await body.read();
    if (piece === undefined) return;
    yield piece;
  }
}
