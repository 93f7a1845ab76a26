/** A request as it stood on the wire. */
export interface RecordedRequest {
  readonly method: string;
  /** The request line's target: path and query, percent-encoding as it came. */
  readonly target: string;
  /** Names and values in order, as written. */
  readonly rawHeaders: readonly (readonly [string, string])[];
  /** The same with lower-case names; repeated ones joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** With its transfer coding undone. */
  readonly body: Uint8Array;
  /** The body as UTF-8 text. */
  text(): string;
  /** The body parsed as JSON. */
  json(): unknown;
}

/** What a request reader tells. */
export interface RequestReaderEvents {
  /** A whole request is here. */
  request(request: RecordedRequest): void;
  /** The client waits for leave to send its body (`Expect: 100-continue`). */
  expectsContinue(): void;
}

/** Reads HTTP/1.1 requests, one after the other, from the bytes of a connection. */
export function createRequestReader(events: RequestReaderEvents): (chunk: Uint8Array) => void {
  let head: Head | undefined;
  let pending: Uint8Array[] = [];
  let size = 0;

  const drain = (): void => {
    for (;;) {
      // Joining waits until the body can be whole, so that a large upload is copied once.
      if (head?.length !== undefined && size < head.length) return;
      const bytes = pending.length === 1 && pending[0] ? Buffer.from(pending[0]) : Buffer.concat(pending);
      const rest = head === undefined ? readHead(bytes) : readBody(head, bytes);
      pending = [rest ?? bytes];
      size = rest?.length ?? size;
      if (rest === undefined) return;
    }
  };

  const readHead = (bytes: Buffer): Buffer | undefined => {
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    head = parseHead(bytes.toString('latin1', 0, end));
    if (head.headers.expect?.toLowerCase() === '100-continue') events.expectsContinue();
    return bytes.subarray(end + 4);
  };

  const readBody = (current: Head, bytes: Buffer): Buffer | undefined => {
    const body =
      current.length === undefined
        ? readChunked(bytes)
        : { data: bytes.subarray(0, current.length), end: current.length };
    if (body === undefined) return undefined;
    head = undefined;
    events.request(toRequest(current, body.data));
    return bytes.subarray(body.end);
  };

  return (chunk) => {
    pending.push(chunk);
    size += chunk.length;
    drain();
  };
}

interface Head extends Pick<RecordedRequest, 'method' | 'target' | 'rawHeaders' | 'headers'> {
  /** The body's length; undefined when it is chunked. */
  readonly length: number | undefined;
}

function parseHead(text: string): Head {
  const [line = '', ...lines] = text.split('\r\n');
  const [method = '', target = ''] = line.split(' ');
  const rawHeaders = lines.map((header): readonly [string, string] => {
    const colon = header.indexOf(':');
    return [header.slice(0, colon), header.slice(colon + 1).trim()];
  });
  const headers = joined(rawHeaders);
  const chunked = headers['transfer-encoding']?.toLowerCase() === 'chunked';
  return { method, target, rawHeaders, headers, length: chunked ? undefined : Number(headers['content-length'] ?? 0) };
}

function joined(rawHeaders: readonly (readonly [string, string])[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of rawHeaders) {
    const key = name.toLowerCase();
    headers[key] = headers[key] === undefined ? value : `${headers[key]}, ${value}`;
  }
  return headers;
}

// RFC 9112 7.1: chunk size in hex, then its bytes; a chunk of size 0 and trailers end the body.
function readChunked(bytes: Buffer): { data: Buffer; end: number } | undefined {
  const parts: Buffer[] = [];
  for (let offset = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', offset);
    if (lineEnd < 0) return undefined;
    const length = Number.parseInt(bytes.toString('latin1', offset, lineEnd), 16);
    if (length === 0) return bytes.length < lineEnd + 4 ? undefined : { data: Buffer.concat(parts), end: lineEnd + 4 };
    const start = lineEnd + 2;
    if (bytes.length < start + length + 2) return undefined;
    parts.push(bytes.subarray(start, start + length));
    offset = start + length + 2;
  }
}

function toRequest(head: Head, body: Uint8Array): RecordedRequest {
  const text = (): string => new TextDecoder().decode(body);
  const { method, target, rawHeaders, headers } = head;
  return { method, target, rawHeaders, headers, body, text, json: () => JSON.parse(text()) };
}
