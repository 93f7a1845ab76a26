import type { LogRecord } from '@sluice/core';
import type { BodyPart, Storage } from '@sluice/storage';
import { type Context, Hono } from 'hono';
import { listed, single } from './envelope.ts';
import { toWireLog, toWireLogDetail } from './log-view.ts';
import { logQuery } from './queries.ts';
import { Refusal } from './refusal.ts';
import { requireGateway } from './require-gateway.ts';
import type { ManagementEnv } from './routing.ts';
import { validQuery } from './validate.ts';

/** List and read the log of one gateway, and what was said. */
export function logRoutes({ settings, logs }: Pick<Storage, 'settings' | 'logs'>): Hono<ManagementEnv> {
  const gatewayOf = (c: Context<ManagementEnv>) =>
    requireGateway(settings, c.var.account, c.req.param('gateway') ?? '');
  const recordOf = async (c: Context<ManagementEnv>) => {
    const gateway = await gatewayOf(c);
    return requireLog(logs, c.var.account, gateway.id, c.req.param('log') ?? '');
  };
  const bodyOf = async (c: Context<ManagementEnv>, part: BodyPart) =>
    bodyResponse(await recordOf(c), part, await logs.body(c.req.param('log') ?? '', part));

  const routes = new Hono<ManagementEnv>();
  routes.get('/', validQuery(logQuery), async (c) => {
    const query = c.req.valid('query');
    const gateway = await gatewayOf(c);
    const page = await logs.list(c.var.account, gateway.id, query);
    return c.json(listed(page.items.map(toWireLog), page, query));
  });
  routes.get('/:log', async (c) => {
    const record = await recordOf(c);
    const request = await logs.bodyHead(record.id, 'request', HEAD_BYTES);
    const response = await logs.bodyHead(record.id, 'response', HEAD_BYTES);
    return c.json(single(toWireLogDetail(record, { request, response })));
  });
  routes.get('/:log/request', (c) => bodyOf(c, 'request'));
  routes.get('/:log/response', (c) => bodyOf(c, 'response'));
  return routes;
}

/** How much of a body the detail shows. */
const HEAD_BYTES = 4096;

async function requireLog(logs: Storage['logs'], account: string, gateway: string, id: string): Promise<LogRecord> {
  const record = await logs.get(account, gateway, id);
  if (record !== undefined) return record;
  throw new Refusal(
    404,
    7002,
    `Gateway "${gateway}" has no log "${id}". It may not be written yet: rows come in batches.`,
  );
}

/** The bytes as they were, outside the envelope. A browser may neither guess their type nor run them. */
function bodyResponse(record: LogRecord, part: BodyPart, bytes: Uint8Array<ArrayBuffer> | undefined): Response {
  if (bytes === undefined) {
    throw new Refusal(404, 7002, `The ${part} body of log "${record.id}" was not stored.`);
  }
  const type = part === 'request' ? record.requestContentType : record.responseContentType;
  return new Response(bytes, {
    headers: {
      'content-type': type === '' ? 'application/octet-stream' : type,
      'content-security-policy': 'sandbox',
      'x-content-type-options': 'nosniff',
    },
  });
}
