import { once } from 'node:events';
import { type IncomingMessage, request as open, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Mountable } from '@copilotkit/aimock';
import { SCRIPT } from './script.ts';

/**
 * The stand-in plays Gemini under `v1beta` only, while the current package speaks `v1`: this gives the same surface its newer
 * name, and adds the one verb that is missing there. Mount it at `/v1/models`.
 */
export function geminiV1(): Mountable {
  return {
    async handleRequest(request, response) {
      if (!request.url?.includes(':')) return false;
      await (request.url.endsWith(':batchEmbedContents') ? embed(request, response) : playBeta(request, response));
      return true;
    },
  };
}

async function playBeta(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, headers, socket } = request;
  const path = request.url?.replace('/v1/', '/v1beta/');
  // Not `fetch`: the test counts those, as the requests of the clients.
  const inner = open({ host: '127.0.0.1', port: socket.localPort, method, headers, path });
  request.pipe(inner);
  const [reply] = (await once(inner, 'response')) as [IncomingMessage];
  response.writeHead(reply.statusCode ?? 500, reply.headers);
  await pipeline(reply, response);
}

/** https://ai.google.dev/api/embeddings#v1beta.BatchEmbedContentsResponse */
async function embed(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { requests } = (await json(request)) as { requests: readonly unknown[] };
  const embeddings = requests.map(() => ({ values: SCRIPT.embedding.vector }));
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ embeddings }));
}
