import type { JsonValue, Storage } from '@sluice/storage';
import type { Context, MiddlewareHandler } from 'hono';
import { CHANGING } from './authorize.ts';
import type { ManagementEnv } from './routing.ts';
import { withoutSecrets } from './without-secrets.ts';

/** What a route did to one thing. */
export interface Change {
  /** `gateway`, of which `gateway.updated` and the type `ai_gateway.gateway` are made. */
  readonly resource: string;
  readonly id: string;
  /** As the API shows it; left out for what was not there. Secrets in it are not written down. */
  readonly before?: unknown;
  readonly after?: unknown;
  /** What happened; `created`, `deleted` or `updated` as before and after say, unless given. */
  readonly verb?: string;
}

/** Tells the audit log what this route did. Call it once the change is made. */
export function changed(c: Context<ManagementEnv>, change: Change): void {
  c.var.changes.push(change);
}

/**
 * Writes every change down before its answer leaves. A change that can't be written down stays, and is reported with
 * who made it: nothing could take it back as surely.
 */
export function auditChanges(
  audit: Storage['audit'],
  report: (error: unknown) => void,
): MiddlewareHandler<ManagementEnv> {
  return async (c, next) => {
    c.set('changes', []);
    await next();
    const { changes } = c.var;
    // No route may change something unseen because it forgot to say what.
    if (changes.length === 0 && c.res.ok && CHANGING.has(c.var.access)) changes.push(unnamed(c));
    for (const change of changes) await write(c, audit, change).catch(report);
  };
}

async function write(c: Context<ManagementEnv>, audit: Storage['audit'], change: Change): Promise<void> {
  const { account, caller } = c.var;
  const action = `${change.resource}.${change.verb ?? verbOf(change)}`;
  const { resource, id: resourceId } = change;
  try {
    await audit.record({
      account,
      actorId: caller.id,
      actorName: caller.name,
      action,
      resourceType: `ai_gateway.${resource}`,
      resourceId,
      before: shown(change.before),
      after: shown(change.after),
    });
  } catch (cause) {
    const message = `The audit log could not be written: "${caller.name}" (${caller.id}) made ${action} of "${resourceId}".`;
    throw new Error(message, { cause });
  }
}

function verbOf({ before, after }: Change): string {
  if (before === undefined) return 'created';
  return after === undefined ? 'deleted' : 'updated';
}

function shown(view: unknown): JsonValue | null {
  return view === undefined ? null : withoutSecrets(view);
}

function unnamed(c: Context<ManagementEnv>): Change {
  return { resource: 'route', id: `${c.req.method} ${c.req.path}`, verb: 'called' };
}
