import { FastResponse, serve } from 'srvx';
import { Pool } from 'undici';

const pool = new Pool(process.env.UPSTREAM ?? '', { connections: 256 });

async function pass(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === '/health') return new FastResponse('ok');
  const answer = await pool.request({
    method: 'POST',
    path: pathname,
    headers: {
      'content-type': request.headers.get('content-type') ?? '',
      authorization: request.headers.get('authorization') ?? '',
    },
    body: new Uint8Array(await request.arrayBuffer()),
  });
  // A client that leaves in the middle ends its own call only.
  answer.body.on('error', () => {});
  const headers = { 'content-type': String(answer.headers['content-type']) };
  // srvx pipes a Node stream as it is, although the platform's types do not know that kind of body.
  return new FastResponse(answer.body as unknown as ReadableStream, { status: answer.statusCode, headers });
}

serve({ hostname: '127.0.0.1', port: Number(process.env.PORT), fetch: pass, silent: true });
