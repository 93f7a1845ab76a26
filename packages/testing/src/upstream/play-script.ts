import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { BodyFraming, Piece, RawHeaders, ScriptBody, UpstreamScript } from './script.ts';

/** Writes a script's answer to the connection. Resolves after its ending, or as soon as the peer has left. */
export async function playScript(socket: Socket, method: string, script: UpstreamScript): Promise<void> {
  const ending = script.ending ?? 'end';
  if (ending === 'silent') return;
  await script.after;
  const framing = script.framing ?? defaultFraming(script.body);
  await write(socket, answerHead(script, framing));
  if (method !== 'HEAD') await writeBody(socket, script.body, framing);
  if (ending === 'end' && framing === 'chunked' && method !== 'HEAD') await write(socket, '0\r\n\r\n');
  if (ending === 'reset') socket.resetAndDestroy();
  else if (ending === 'cut' || (ending === 'end' && framing === 'close')) socket.end();
}

function answerHead(script: UpstreamScript, framing: BodyFraming): string {
  const interim = (script.interim ?? []).map((answer) => head(answer.status, toList(answer.headers)));
  const headers = toList(script.headers);
  const stated = headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
  const added = stated ? [] : framingHeaders(framing, script);
  return interim.join('') + head(script.status ?? 200, [...headers, ...added]);
}

function head(status: number, headers: readonly (readonly [string, string])[]): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n${lines.join('')}\r\n`;
}

function framingHeaders(framing: BodyFraming, script: UpstreamScript): readonly (readonly [string, string])[] {
  if (framing === 'chunked') return [['transfer-encoding', 'chunked']];
  if (framing === 'close') return [['connection', 'close']];
  if (framing === 'none') return [];
  const missing = (script.ending ?? 'end') === 'end' ? 0 : 1000;
  return [['content-length', String(bodyLength(script.body) + missing)]];
}

function defaultFraming(body: ScriptBody | undefined): BodyFraming {
  return body === undefined || isWhole(body) ? 'content-length' : 'chunked';
}

function isWhole(body: ScriptBody): body is string | Uint8Array {
  return typeof body === 'string' || body instanceof Uint8Array;
}

function toList(headers: RawHeaders = {}): readonly (readonly [string, string])[] {
  return Array.isArray(headers) ? headers : Object.entries(headers);
}

function bodyLength(body: ScriptBody = ''): number {
  if (isWhole(body)) return Buffer.byteLength(body);
  if (!Array.isArray(body)) throw new Error('A generated body has no length: choose another framing.');
  return body.reduce((sum: number, piece: Piece) => sum + Buffer.byteLength(dataOf(piece)), 0);
}

function dataOf(piece: Piece): string | Uint8Array {
  return typeof piece === 'object' && 'data' in piece ? piece.data : piece;
}

async function writeBody(socket: Socket, body: ScriptBody = '', framing: BodyFraming): Promise<void> {
  const pieces = isWhole(body) ? [body] : body;
  for await (const piece of pieces as Iterable<Piece> | AsyncIterable<Piece>) {
    if (typeof piece === 'object' && 'after' in piece) await piece.after;
    if (socket.destroyed) return;
    const bytes = Buffer.from(dataOf(piece) as Uint8Array);
    if (bytes.length > 0) await write(socket, framing === 'chunked' ? inChunk(bytes) : bytes);
  }
}

function inChunk(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}

/** Waits until the kernel takes more, so that a body is made no faster than the peer reads it. */
async function write(socket: Socket, bytes: string | Uint8Array): Promise<void> {
  if (socket.destroyed || socket.write(bytes)) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
}
