// Run by Bun, which serves a module's default export.
const upstream = process.env.UPSTREAM ?? '';

async function pass(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === '/health') return new Response('ok');
  const headers = new Headers(request.headers);
  headers.delete('host');
  const body = await request.arrayBuffer();
  return fetch(upstream + pathname, { method: request.method, headers, body });
}

export default { hostname: '127.0.0.1', port: Number(process.env.PORT), fetch: pass };
