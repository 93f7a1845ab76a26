import { type CustomProvider, type Storage, StorageError } from '@sluice/storage';
import { Hono } from 'hono';
import { z } from 'zod';
import { changed } from './audit-changes.ts';
import {
  type CustomProviderPatch,
  customProviderPatch,
  customProviderQuery,
  newCustomProvider,
} from './custom-provider-body.ts';
import { strangeHint } from './custom-provider-headers.ts';
import { listed, type Notice, single } from './envelope.ts';
import { many, one, time } from './openapi/answers.ts';
import { describe } from './openapi/describe.ts';
import { InvalidRequest, Refusal } from './refusal.ts';
import type { ManagementEnv } from './routing.ts';
import { jsonBody, validBody, validQuery } from './validate.ts';

export interface CustomProviderRouteOptions {
  /** Slugs that the operator's configuration has: a stored provider of the same is in their shadow. */
  readonly providers?: readonly string[] | undefined;
  readonly allowPrivateProviders?: boolean | undefined;
}

/** Create, list, read, change and delete the providers of an account's own. Calls see a change at once. */
export function customProviderRoutes(
  { customProviders }: Pick<Storage, 'customProviders'>,
  { providers = [], allowPrivateProviders = false }: CustomProviderRouteOptions,
): Hono<ManagementEnv> {
  const rules = { allowPrivate: allowPrivateProviders };
  const isShadowed = ({ slug }: CustomProvider): boolean => providers.includes(`custom-${slug}`);
  const shown = (provider: CustomProvider) =>
    single(toWireProvider(provider), noticesOf(provider, isShadowed(provider)));
  const require = async (account: string, id: string): Promise<CustomProvider> =>
    found(await customProviders.get(account, id), account, id);

  const routes = new Hono<ManagementEnv>();
  routes.get(
    '/',
    describe({ summary: 'List custom providers', answer: many(wireProvider) }),
    validQuery(customProviderQuery),
    async (c) => {
      const query = c.req.valid('query');
      const page = await customProviders.list(c.var.account, query);
      return c.json(listed(page.items.map(toWireProvider), page, query));
    },
  );
  routes.post(
    '/',
    describe({ summary: 'Create a custom provider', answer: one(wireProvider) }),
    jsonBody,
    validBody(newCustomProvider(rules)),
    async (c) => {
      const wanted = { ...c.req.valid('json'), account: c.var.account };
      assertHints(wanted.headers, null);
      const created = await customProviders.create(wanted).catch(namingTheField);
      changed(c, { resource: RESOURCE, id: created.id, after: toWireProvider(created) });
      return c.json(shown(created));
    },
  );
  routes.get('/:provider', describe({ summary: 'Show a custom provider', answer: one(wireProvider) }), async (c) =>
    c.json(shown(await require(c.var.account, c.req.param('provider')))),
  );
  routes.patch(
    '/:provider',
    describe({ summary: 'Change a custom provider', details: 'What is left out stays.', answer: one(wireProvider) }),
    jsonBody,
    validBody(customProviderPatch(rules)),
    async (c) => {
      const { account } = c.var;
      const { slug, ...patch } = c.req.valid('json');
      const known = await require(account, c.req.param('provider'));
      if (slug !== undefined && slug !== known.slug) throw new InvalidRequest([{ message: SLUG_STAYS, path: SLUG }]);
      assertHints(patch.headers, known.headers);
      if (isMove(known, patch)) {
        assertHeadersSent(known, patch);
        assertNoCredentials(known, await customProviders.gatewaysWithCredentials(account, known.slug));
      }
      const update = await customProviders.update({ ...said(patch), account, id: known.id }).catch(namingTheField);
      const updated = found(update, account, known.id);
      changed(c, { resource: RESOURCE, id: known.id, before: toWireProvider(known), after: toWireProvider(updated) });
      return c.json(shown(updated));
    },
  );
  routes.delete(
    '/:provider',
    describe({ summary: 'Delete a custom provider', answer: one(wireProvider) }),
    async (c) => {
      const { account } = c.var;
      const known = await require(account, c.req.param('provider'));
      const removed = await customProviders.remove(account, known.id, { keepCredentials: isShadowed(known) });
      const before = toWireProvider(found(removed, account, known.id));
      changed(c, { resource: RESOURCE, id: known.id, before });
      return c.json(single(before));
    },
  );
  return routes;
}

const RESOURCE = 'custom_provider';
const SLUG = ['body', 'slug'];
const SLUG_STAYS = 'The "slug" of a provider can not be changed. Leave it out, or create another provider.';

type Patch = Omit<CustomProviderPatch, 'slug'>;

/** Without what was left out, which is not the same as undefined to whoever reads the type. */
function said(patch: Patch): { [K in keyof Patch]?: Exclude<Patch[K], undefined> } {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}

function isMove(known: CustomProvider, { baseUrl }: Patch): boolean {
  return baseUrl !== undefined && new URL(baseUrl).origin !== new URL(known.baseUrl).origin;
}

/** A hint stands for the secret that it was shown for, and for no other. */
function assertHints(headers: Patch['headers'], shown: CustomProvider['headers']): void {
  const name = strangeHint(headers ?? {}, shown ?? {});
  if (name === undefined) return;
  const message = `"headers" has "…" in the value of "${name}". Send that value in full: nothing of it is stored.`;
  throw new InvalidRequest([{ message, path: ['body', 'headers'] }]);
}

/** Secrets are write-only: who may change an address must not read them by pointing it at a server of his own. */
function assertHeadersSent(known: CustomProvider, { headers }: Patch): void {
  const hints = Object.entries(known.headers ?? {}).filter(([, shown]) => shown.includes('…'));
  const areNew = hints.every(([name, hint]) => headers !== undefined && headers?.[name] !== hint);
  if (areNew) return;
  const message =
    'The stored "headers" are for the old address. Send them again in full along with the new "base_url", or null for none.';
  throw new InvalidRequest([{ message, path: ['body', 'headers'] }]);
}

function assertNoCredentials({ slug }: CustomProvider, gateways: readonly string[]): void {
  if (gateways.length === 0) return;
  const message =
    `Credentials of "custom-${slug}" are stored for the old address, in ${gateways.map((id) => `"${id}"`).join(', ')}. ` +
    'Delete them there first, with DELETE …/provider_configs/{id}, or create another provider.';
  throw new InvalidRequest([{ message, path: ['body', 'base_url'] }]);
}

function namingTheField(error: unknown): never {
  if (!(error instanceof StorageError)) throw error;
  if (error.code === 'already_exists') {
    throw new InvalidRequest([{ message: `${error.message} Choose another slug.`, path: SLUG }]);
  }
  if (error.code === 'no_master_key') throw new InvalidRequest([{ message: error.message, path: ['body', 'headers'] }]);
  throw error;
}

function noticesOf({ slug, enable }: CustomProvider, isShadowed: boolean): Notice[] {
  const notices: Notice[] = [];
  if (!enable) {
    notices.push({ code: 1001, message: `Calls to "custom-${slug}" are refused until "enable" is true.` });
  }
  if (isShadowed) {
    const message = `The server's configuration has a "custom-${slug}" too, and calls go to that one.`;
    notices.push({ code: 1002, message });
  }
  return notices;
}

function found(provider: CustomProvider | undefined, account: string, id: string): CustomProvider {
  if (provider !== undefined) return provider;
  const message = `Account "${account}" has no custom provider "${id}". GET /ai-gateway/custom-providers lists those it has.`;
  throw new Refusal(404, 7002, message);
}

function toWireProvider(provider: CustomProvider) {
  return {
    id: provider.id,
    account_id: provider.account,
    account_tag: provider.account,
    name: provider.name,
    slug: provider.slug,
    base_url: provider.baseUrl,
    enable: provider.enable,
    beta: provider.beta,
    // The published types of the rest have no null.
    description: provider.description ?? undefined,
    link: provider.link ?? undefined,
    logo: provider.logo ?? undefined,
    curl_example: provider.curlExample ?? undefined,
    js_example: provider.jsExample ?? undefined,
    headers: provider.headers === null ? undefined : JSON.stringify(provider.headers),
    position: provider.position ?? undefined,
    created_at: new Date(provider.createdAt).toISOString(),
    modified_at: new Date(provider.modifiedAt).toISOString(),
  };
}

const wireProvider: z.ZodType = z
  .strictObject({
    id: z.string(),
    account_id: z.string(),
    account_tag: z.string(),
    name: z.string(),
    slug: z.string(),
    base_url: z.string(),
    enable: z.boolean(),
    beta: z.boolean(),
    description: z.string().optional(),
    link: z.string().optional(),
    logo: z.string().optional(),
    curl_example: z.string().optional(),
    js_example: z.string().optional(),
    headers: z.string().optional().describe('JSON text. What looks like a secret is only hinted at.'),
    position: z.int().optional(),
    created_at: time(),
    modified_at: time(),
  })
  .meta({ id: 'CustomProvider' });
