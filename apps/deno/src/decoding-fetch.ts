/**
 * `fetch` with content encodings undone, as the platform's own does everywhere else: Deno leaves them alone once a
 * request states its `accept-encoding`, and the gateway always asks for plain bytes.
 */
export async function decodingFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init);
  const format = FORMATS[response.headers.get('content-encoding')?.trim().toLowerCase() ?? ''];
  if (format === undefined || response.body === null) return response;
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(new DecompressionStream(format)), { status, statusText, headers });
}

const FORMATS: Readonly<Record<string, CompressionFormat>> = {
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
  // Deno knows it; its types do not yet.
  br: 'brotli' as CompressionFormat,
};
