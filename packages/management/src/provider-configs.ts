import { suggest } from '@sluice/core';
import type { CredentialRecord, Storage } from '@sluice/storage';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { changed } from './audit-changes.ts';
import { listed, single } from './envelope.ts';
import { isKnownProvider } from './known-provider.ts';
import type { ManagementOptions } from './management.ts';
import { many, one, time } from './openapi/answers.ts';
import { describe } from './openapi/describe.ts';
import { type ConfigReplacement, configReplacement, newConfig, noSecretsStore } from './provider-config-body.ts';
import { assertSecret } from './provider-secret.ts';
import { pageQuery } from './queries.ts';
import { InvalidRequest, Refusal } from './refusal.ts';
import { requireGateway } from './require-gateway.ts';
import type { ManagementEnv } from './routing.ts';
import { jsonBody, validBody, validQuery } from './validate.ts';

/** Store, list, read, replace and delete the providers' credentials of a gateway. No answer holds a secret. */
export function providerConfigRoutes(
  storage: Pick<Storage, 'settings' | 'credentials' | 'customProviders'>,
  { providers, providerAliases = {} }: Pick<ManagementOptions, 'providers' | 'providerAliases'>,
): Hono<ManagementEnv> {
  const { settings, credentials } = storage;
  const gatewayOf = (c: Context<ManagementEnv>) =>
    requireGateway(settings, c.var.account, c.req.param('gateway') ?? '');

  const meant = (slug: string) => (Object.hasOwn(providerAliases, slug) ? (providerAliases[slug] ?? slug) : slug);

  const routes = new Hono<ManagementEnv>();
  routes.get(
    '/',
    describe({ summary: 'List stored credentials', answer: many(wireConfig) }),
    validQuery(pageQuery),
    async (c) => {
      const { account, id } = await gatewayOf(c);
      const query = c.req.valid('query');
      const page = await credentials.list(account, id, query);
      return c.json(listed(page.items.map(toWireConfig), page, query));
    },
  );
  routes.post(
    '/',
    describe({ summary: 'Store a credential', answer: one(wireConfig) }),
    jsonBody,
    validBody(newConfig),
    async (c) => {
      const { account, id } = await gatewayOf(c);
      const wanted = c.req.valid('json');
      const provider = meant(wanted.provider);
      if (!(await isKnownProvider(storage, providers, { account, slug: provider })))
        throw unknownProvider(provider, providers);
      assertSecret(provider, wanted.secret);
      const after = toWireConfig(await credentials.create({ ...wanted, provider, account, gateway: id }));
      changed(c, { resource: 'provider_config', id: after.id, after });
      return c.json(single(after));
    },
  );
  routes.get('/:config', describe({ summary: 'Show a stored credential', answer: one(wireConfig) }), async (c) => {
    const { account, id } = await gatewayOf(c);
    const config = c.req.param('config');
    return c.json(single(toWireConfig(found(await credentials.get(account, id, config), id, config))));
  });
  routes.put(
    '/:config',
    describe({
      summary: 'Replace a stored credential',
      details: 'Without `secret` the stored one stays.',
      answer: one(wireConfig),
    }),
    jsonBody,
    validBody(configReplacement),
    async (c) => {
      const { account, id } = await gatewayOf(c);
      const config = c.req.param('config');
      const { provider, secretId, ...wanted } = c.req.valid('json');
      const known = found(await credentials.get(account, id, config), id, config);
      assertSame(known, { provider: provider === undefined ? undefined : meant(provider), secretId });
      if (wanted.secret !== undefined) assertSecret(known.provider, wanted.secret);
      const updated = await credentials.update({ ...wanted, account, gateway: id, id: config });
      const after = toWireConfig(found(updated, id, config));
      changed(c, { resource: 'provider_config', id: config, before: toWireConfig(known), after });
      return c.json(single(after));
    },
  );
  routes.delete('/:config', describe({ summary: 'Delete a stored credential', answer: one(wireConfig) }), async (c) => {
    const { account, id } = await gatewayOf(c);
    const config = c.req.param('config');
    const before = toWireConfig(found(await credentials.remove(account, id, config), id, config));
    changed(c, { resource: 'provider_config', id: config, before });
    return c.json(single(before));
  });
  return routes;
}

/** Doesn't repeat what was sent: people paste keys into the wrong field. */
function unknownProvider(provider: string, known: readonly string[] = []): InvalidRequest {
  const message = `"provider_slug" names no provider. ${suggest(provider, known)}`;
  return new InvalidRequest([{ message, path: ['body', 'provider_slug'] }]);
}

function assertSame(known: CredentialRecord, sent: Pick<ConfigReplacement, 'provider' | 'secretId'>): void {
  if (sent.provider !== undefined && sent.provider !== known.provider) {
    const message = `This credential is for "${known.provider}". Store another one for another provider.`;
    throw new InvalidRequest([{ message, path: ['body', 'provider_slug'] }]);
  }
  if (sent.secretId !== undefined && sent.secretId !== known.id) {
    throw new InvalidRequest([{ message: noSecretsStore, path: ['body', 'secret_id'] }]);
  }
}

function found(record: CredentialRecord | undefined, gateway: string, id: string): CredentialRecord {
  if (record !== undefined) return record;
  const message = `Gateway "${gateway}" has no provider config "${id}". GET …/provider_configs lists those it has.`;
  throw new Refusal(404, 7002, message);
}

function toWireConfig(record: CredentialRecord) {
  return {
    id: record.id,
    provider_slug: record.provider,
    alias: record.alias,
    default_config: record.isDefault,
    gateway_id: record.gateway,
    // There is no store of secrets beside this one.
    secret_id: record.id,
    secret_preview: record.preview,
    modified_at: new Date(record.modifiedAt).toISOString(),
    // The published type has no null for these.
    rate_limit: record.rateLimit ?? undefined,
    rate_limit_period: record.rateLimitPeriod ?? undefined,
  };
}

const wireConfig: z.ZodType = z
  .strictObject({
    id: z.string(),
    provider_slug: z.string(),
    alias: z.string(),
    default_config: z.boolean(),
    gateway_id: z.string(),
    secret_id: z.string(),
    secret_preview: z.string(),
    modified_at: time(),
    rate_limit: z.int().optional(),
    rate_limit_period: z.int().optional(),
  })
  .meta({ id: 'ProviderConfig' });
