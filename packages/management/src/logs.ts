import type { LogRecord } from '@sluice/core';
import { type BodyPart, type LogPage, type Storage, StorageError } from '@sluice/storage';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { changed } from './audit-changes.ts';
import { type Envelope, listed, single } from './envelope.ts';
import { logChange } from './log-change.ts';
import { logQuery, logRemoval, validLogQuery } from './log-query.ts';
import { toWireExtent, toWireLog, toWireLogDetail, wireLog, wireLogDetail, wireLogInfo } from './log-view.ts';
import { bytes, json, many, one } from './openapi/answers.ts';
import { describe } from './openapi/describe.ts';
import { InvalidRequest, Refusal } from './refusal.ts';
import { requireGateway } from './require-gateway.ts';
import type { ManagementEnv } from './routing.ts';
import { jsonBody, validBody } from './validate.ts';

/** List, read, rate and delete rows of one gateway's log, and read what was said. */
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
  routes.get(
    '/',
    describe({ summary: 'List rows of the log', answer: many(wireLog, wireLogInfo) }),
    validLogQuery(logQuery),
    async (c) => {
      const query = c.req.valid('query');
      const gateway = await gatewayOf(c);
      const page = await logs.list(c.var.account, gateway.id, query).catch(refuseWidth);
      return c.json(withTotals(listed(page.items.map(toWireLog), page, query), page));
    },
  );
  routes.delete(
    '/',
    describe({
      summary: 'Delete rows of the log',
      details: 'Those that `filters` choose, or all. 503 says that there are more: send the request again.',
      answer: json(z.strictObject({ success: z.literal(true) })),
    }),
    validLogQuery(logRemoval),
    async (c) => {
      const removal = c.req.valid('query');
      const gateway = await gatewayOf(c);
      const { removed, isDone } = await logs.remove(c.var.account, gateway.id, removal).catch(refuseWidth);
      changed(c, { resource: 'log', id: gateway.id, verb: 'deleted', before: removal, after: { rows: removed } });
      if (isDone) return c.json({ success: true });
      throw new Refusal(503, 10001, `${removed} rows are deleted so far, and there are more. Send the request again.`);
    },
  );
  routes.get('/:log', describe({ summary: 'Show a row of the log', answer: one(wireLogDetail) }), async (c) => {
    const record = await recordOf(c);
    const request = await logs.bodyHead(record.id, 'request', HEAD_BYTES);
    const response = await logs.bodyHead(record.id, 'response', HEAD_BYTES);
    return c.json(single(toWireLogDetail(record, { request, response })));
  });
  routes.patch(
    '/:log',
    describe({
      summary: 'Rate a row of the log',
      details: 'What is left out stays, and null takes it away.',
      answer: one(z.strictObject({})),
    }),
    jsonBody,
    validBody(logChange),
    async (c) => {
      const record = await recordOf(c);
      const change = c.req.valid('json');
      await logs.edit(c.var.account, record.gateway, record.id, change);
      const { feedback, score, metadata } = record;
      changed(c, { resource: 'log', id: record.id, before: { feedback, score, metadata }, after: change });
      return c.json(single({}));
    },
  );
  routes.get('/:log/request', describe({ summary: 'Read the body of a request', answer: bytes() }), (c) =>
    bodyOf(c, 'request'),
  );
  routes.get('/:log/response', describe({ summary: 'Read the body of a response', answer: bytes() }), (c) =>
    bodyOf(c, 'response'),
  );
  return routes;
}

/** What a list of the log says beyond other lists, where it has something to say. */
function withTotals(envelope: Envelope, { isTotalLeast, extent }: LogPage) {
  const least = isTotalLeast === true ? { total_count_relation: 'gte' } : {};
  return { ...envelope, result_info: { ...envelope.result_info, ...least, ...(extent && toWireExtent(extent)) } };
}

/** Rows that lie too far apart, or too far behind, are something to ask for differently. */
function refuseWidth(error: unknown): never {
  if (!(error instanceof StorageError) || error.code !== 'too_many_rows') throw error;
  throw new InvalidRequest([{ message: error.message, path: ['query', 'filters'] }]);
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
