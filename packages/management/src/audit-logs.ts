import type { AuditEntry, AuditQuery, Storage } from '@sluice/storage';
import { Hono } from 'hono';
import { z } from 'zod';
import { listed } from './envelope.ts';
import { many, time } from './openapi/answers.ts';
import { describe } from './openapi/describe.ts';
import { page, perPage } from './paging.ts';
import type { ManagementEnv } from './routing.ts';
import { validQuery } from './validate.ts';

/** Read who changed what. Nobody can change it. */
export function auditLogRoutes({ audit }: Pick<Storage, 'audit'>): Hono<ManagementEnv> {
  const routes = new Hono<ManagementEnv>();
  routes.get(
    '/',
    describe({ summary: 'List who changed what', answer: many(wireEntry) }),
    validQuery(auditQuery),
    async (c) => {
      const query = c.req.valid('query');
      const found = await audit.list(c.var.account, query);
      return c.json(listed(found.items.map(toWireEntry), found, query));
    },
  );
  return routes;
}

const moment = z.iso
  .datetime({ offset: true, error: 'must be a moment such as 2026-01-31T08:00:00Z.' })
  .transform((text) => Date.parse(text));

const auditQuery: z.ZodType<AuditQuery> = z
  .strictObject({
    page: page(),
    per_page: perPage(),
    actor: z.string().optional(),
    action: z.string().optional(),
    resource_type: z.string().optional(),
    resource_id: z.string().optional(),
    since: moment.optional(),
    until: moment.optional(),
  })
  .transform((wire) => ({
    page: wire.page,
    perPage: wire.per_page,
    actorId: wire.actor,
    action: wire.action,
    resourceType: wire.resource_type,
    resourceId: wire.resource_id,
    since: wire.since,
    until: wire.until,
  }));

function toWireEntry(entry: AuditEntry) {
  return {
    id: entry.id,
    created_at: new Date(entry.createdAt).toISOString(),
    actor: { id: entry.actorId, name: entry.actorName },
    action: entry.action,
    resource: { type: entry.resourceType, id: entry.resourceId },
    before: entry.before,
    after: entry.after,
  };
}

const wireEntry: z.ZodType = z
  .strictObject({
    id: z.string(),
    created_at: time(),
    actor: z.strictObject({ id: z.string(), name: z.string() }),
    action: z.string(),
    resource: z.strictObject({ type: z.string(), id: z.string() }),
    before: z.unknown().describe('As the API showed it, without secrets; null for what was not there.'),
    after: z.unknown(),
  })
  .meta({ id: 'AuditEntry' });
