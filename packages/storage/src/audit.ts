import { createIdSource } from '@sluice/core';
import { and, count, desc, eq, gte, lte } from 'drizzle-orm';
import type { Drizzle } from './drizzle.ts';
import type { JsonValue } from './gateway.ts';
import type { Page, PageRequest } from './page.ts';
import { auditLog } from './schema/sqlite.ts';

/** Who changed what. Entries are written once and stay. */
export interface AuditRepository {
  record(entry: NewAuditEntry): Promise<AuditEntry>;
  /** Newest first. */
  list(account: string, query: AuditQuery): Promise<Page<AuditEntry>>;
}

export interface NewAuditEntry {
  readonly account: string;
  /** A token's id, or what an identity provider calls the person. */
  readonly actorId: string;
  readonly actorName: string;
  /** `gateway.updated` */
  readonly action: string;
  /** `ai_gateway.gateway` */
  readonly resourceType: string;
  readonly resourceId: string;
  /** As people saw it, without secrets; null for what was not there. */
  readonly before: JsonValue | null;
  readonly after: JsonValue | null;
}

export interface AuditEntry extends NewAuditEntry {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export interface AuditQuery extends PageRequest {
  readonly actorId?: string | undefined;
  readonly action?: string | undefined;
  readonly resourceType?: string | undefined;
  readonly resourceId?: string | undefined;
  /** Milliseconds since 1970, both included. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

/** The audit log over drizzle. */
export function createAudit(db: Drizzle, now: () => number): AuditRepository {
  const newId = createIdSource(now);
  return {
    async record(wanted) {
      const entry = { ...wanted, id: newId(), createdAt: now() };
      await db.insert(auditLog).values(entry);
      return entry;
    },
    async list(account, query) {
      const matches = and(
        eq(auditLog.account, account),
        equals(auditLog.actorId, query.actorId),
        equals(auditLog.action, query.action),
        equals(auditLog.resourceType, query.resourceType),
        equals(auditLog.resourceId, query.resourceId),
        query.since === undefined ? undefined : gte(auditLog.createdAt, query.since),
        query.until === undefined ? undefined : lte(auditLog.createdAt, query.until),
      );
      const [counted] = await db.select({ total: count() }).from(auditLog).where(matches);
      const items = await db
        .select()
        .from(auditLog)
        .where(matches)
        .orderBy(desc(auditLog.createdAt), desc(auditLog.id))
        .limit(query.perPage)
        .offset((query.page - 1) * query.perPage);
      return { items, total: counted?.total ?? 0 };
    },
  };
}

type TextColumn = (typeof auditLog)['actorId' | 'action' | 'resourceType' | 'resourceId'];

function equals(column: TextColumn, value: string | undefined) {
  return value === undefined ? undefined : eq(column, value);
}
