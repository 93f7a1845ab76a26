import { type AccountState, type Storage, StorageError } from '@sluice/storage';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { changed } from '../audit-changes.ts';
import { single } from '../envelope.ts';
import { gatewayNotices } from '../gateway-notices.ts';
import { one } from '../openapi/answers.ts';
import { describe } from '../openapi/describe.ts';
import { Refusal } from '../refusal.ts';
import type { ManagementEnv } from '../routing.ts';
import { jsonBody, validBody } from '../validate.ts';
import type { PlannedChange } from './change.ts';
import { compare, idsInOrder } from './compare.ts';
import { canonical } from './fields.ts';
import { parseConfig } from './parse.ts';
import { Problems } from './problems.ts';
import type { ConfigChange } from './types.ts';
import { toAccountConfig } from './views.ts';

export interface AccountConfigRouteOptions {
  readonly providers?: readonly string[] | undefined;
  readonly providerAliases?: Readonly<Record<string, string>> | undefined;
  readonly allowPrivateProviders?: boolean | undefined;
}

/** Read the whole configuration of an account, say what a file would change, and apply it: all of it or nothing. */
export function accountConfigRoutes(
  { accountConfig, settings }: Pick<Storage, 'accountConfig' | 'settings'>,
  options: AccountConfigRouteOptions,
): Hono<ManagementEnv> {
  const { providers, providerAliases = {}, allowPrivateProviders = false } = options;
  const rules = {
    addresses: { allowPrivate: allowPrivateProviders },
    providerOf: (slug: string) => (Object.hasOwn(providerAliases, slug) ? (providerAliases[slug] ?? slug) : slug),
  };
  const plan = async (state: AccountState, { config, prune }: Wish): Promise<readonly PlannedChange[]> => {
    const problems = new Problems();
    const file = parseConfig(config, { ...rules, account: state.account }, problems);
    // The comparison takes a file that holds together.
    problems.throwAny();
    const stored = accountConfig;
    const changes = await compare({ state, file, prune, providers, stored, problems, newId: idsInOrder() });
    problems.throwAny();
    return changes;
  };

  const routes = new Hono<ManagementEnv>();
  routes.get('/', describe({ summary: 'Read the whole configuration', answer: one(wireConfig) }), async (c) =>
    c.json(single(toAccountConfig(await accountConfig.read(c.var.account)))),
  );
  routes.post(
    '/plan',
    describe({ summary: 'Say what a configuration would change', answer: one(wirePlan) }),
    jsonBody,
    validBody(wish),
    async (c) => {
      const state = await accountConfig.read(c.var.account);
      const changes = await plan(state, c.req.valid('json'));
      return c.json(single({ changes: changes.map(toWireChange), hash: await hashOf(state) }));
    },
  );
  routes.put(
    '/',
    describe({
      summary: 'Apply a configuration',
      details: 'All of it or nothing. 412 says that the state is not the one of `expected_hash` any more.',
      answer: one(wirePlan),
      refusals: [412],
    }),
    jsonBody,
    validBody(order),
    async (c) => {
      const { account } = c.var;
      const wanted = c.req.valid('json');
      const state = await accountConfig.read(account);
      if (wanted.expected_hash !== undefined && wanted.expected_hash !== (await hashOf(state)))
        throw changedMeanwhile();
      const changes = await plan(state, wanted);
      const writes = changes.map(({ write }) => write);
      await accountConfig.apply(state, writes).catch((error: unknown) => {
        throw error instanceof StorageError && error.code === 'changed_meanwhile' ? changedMeanwhile(error) : error;
      });
      const hash = await hashOf(await accountConfig.read(account));
      tellAuditLog(c, changes, hash);
      return c.json(single({ changes: changes.map(toWireChange), hash }, await notices(settings, account, changes)));
    },
  );
  return routes;
}

const wish = z.strictObject({ config: z.unknown(), prune: z.boolean().default(false) });
const order = z.strictObject({ ...wish.shape, expected_hash: z.string().optional() });
type Wish = z.output<typeof wish>;

// Not 409: the official clients would send that again.
function changedMeanwhile(cause?: unknown): Refusal {
  const message =
    'The configuration was changed since it was planned, so nothing was written. Plan again, look, and apply that.';
  return new Refusal(412, 7004, message, { cause });
}

async function hashOf({ gateways, ...rest }: AccountState): Promise<string> {
  // A purge changes nothing that could stand in a file.
  const text = canonical({ ...rest, gateways: gateways.map(({ cachePurgedAt: _, ...gateway }) => gateway) });
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function toWireChange({ action, kind, id, fields }: PlannedChange): ConfigChange {
  return { action, kind, id, fields };
}

/** One entry for each thing, as if it was changed by itself, and one for the whole. */
function tellAuditLog(c: Context<ManagementEnv>, changes: readonly PlannedChange[], hash: string): void {
  for (const { audit } of changes) changed(c, audit);
  const after = { hash, changes: changes.map(({ action, kind, id }) => `${action} ${kind} ${id}`) };
  changed(c, { resource: 'config', id: c.var.account, verb: 'applied', after });
}

async function notices(settings: Storage['settings'], account: string, changes: readonly PlannedChange[]) {
  const written = changes.filter(({ kind, action }) => kind === 'gateway' && action !== 'delete');
  const gateways = await Promise.all(written.map(({ id }) => settings.get(account, id)));
  return gateways.flatMap((gateway) =>
    (gateway === undefined ? [] : gatewayNotices(gateway)).map((notice) => ({
      ...notice,
      message: `gateways.${gateway?.id}: ${notice.message}`,
    })),
  );
}

const wireConfig: z.ZodType = z
  .strictObject({
    version: z.literal(1),
    account: z.string(),
    gateways: z.record(z.string(), z.record(z.string(), z.unknown())),
    custom_providers: z.record(z.string(), z.record(z.string(), z.unknown())),
  })
  .meta({ id: 'AccountConfig' });

const wirePlan: z.ZodType = z
  .strictObject({
    changes: z.array(
      z.strictObject({
        action: z.enum(['create', 'update', 'delete']),
        kind: z.enum(['gateway', 'provider_config', 'dataset', 'custom_provider']),
        id: z.string(),
        fields: z.array(z.strictObject({ path: z.string(), before: z.unknown(), after: z.unknown() })),
      }),
    ),
    hash: z.string().describe('Of the whole state, for `expected_hash`.'),
  })
  .meta({ id: 'ConfigPlan' });
