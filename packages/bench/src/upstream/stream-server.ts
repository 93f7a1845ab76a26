import { createServer, type ServerResponse } from 'node:http';
import { EVENTS } from '../workload.ts';

// One event per tick and stream, so that no two of them travel in one segment.
const TICK_MILLIS = 5;

const open = new Map<ServerResponse, number>();

const server = createServer((request, response) => {
  request.resume();
  if (request.url === '/ready') return response.end();
  response.socket?.setNoDelay(true);
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  response.on('close', () => open.delete(response));
  request.on('end', () => open.set(response, 0));
});

setInterval(() => {
  for (const [response, sent] of open) advance(response, sent);
}, TICK_MILLIS);

function advance(response: ServerResponse, sent: number): void {
  response.write(EVENTS[sent] ?? '');
  if (sent + 1 < EVENTS.length) return void open.set(response, sent + 1);
  open.delete(response);
  response.end();
}

server.listen(Number(process.env.PORT), '127.0.0.1');
