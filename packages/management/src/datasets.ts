import type { Dataset, Storage } from '@sluice/storage';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { changed } from './audit-changes.ts';
import { datasetFilter, datasetQuery, datasetReplacement, newDataset } from './dataset-body.ts';
import { listed, single } from './envelope.ts';
import { many, one, time } from './openapi/answers.ts';
import { describe } from './openapi/describe.ts';
import { Refusal } from './refusal.ts';
import { requireGateway } from './require-gateway.ts';
import type { ManagementEnv } from './routing.ts';
import { jsonBody, validBody, validQuery } from './validate.ts';

/** Create, list, read, replace and delete the datasets of a gateway: named filters over its log. */
export function datasetRoutes({ settings, datasets }: Pick<Storage, 'settings' | 'datasets'>): Hono<ManagementEnv> {
  const placeOf = async (c: Context<ManagementEnv>) => {
    const { account, id } = await requireGateway(settings, c.var.account, c.req.param('gateway') ?? '');
    return { account, gateway: id };
  };

  const routes = new Hono<ManagementEnv>();
  routes.get(
    '/',
    describe({ summary: 'List datasets', answer: many(wireDataset) }),
    validQuery(datasetQuery),
    async (c) => {
      const { account, gateway } = await placeOf(c);
      const query = c.req.valid('query');
      const page = await datasets.list(account, gateway, query);
      return c.json(listed(page.items.map(toWireDataset), page, query));
    },
  );
  routes.post(
    '/',
    describe({ summary: 'Create a dataset', answer: one(wireDataset) }),
    jsonBody,
    validBody(newDataset),
    async (c) => {
      const created = await datasets.create({ ...c.req.valid('json'), ...(await placeOf(c)) });
      const after = toWireDataset(created);
      changed(c, { resource: 'dataset', id: created.id, after });
      return c.json(single(after));
    },
  );
  routes.get('/:dataset', describe({ summary: 'Show a dataset', answer: one(wireDataset) }), async (c) => {
    const { account, gateway } = await placeOf(c);
    const id = c.req.param('dataset');
    return c.json(single(toWireDataset(found(await datasets.get(account, gateway, id), gateway, id))));
  });
  routes.put(
    '/:dataset',
    describe({ summary: 'Replace a dataset', answer: one(wireDataset) }),
    jsonBody,
    validBody(datasetReplacement),
    async (c) => {
      const place = await placeOf(c);
      const id = c.req.param('dataset');
      const known = await datasets.get(place.account, place.gateway, id);
      const updated = found(await datasets.update({ ...c.req.valid('json'), ...place, id }), place.gateway, id);
      const after = toWireDataset(updated);
      changed(c, { resource: 'dataset', id, before: known && toWireDataset(known), after });
      return c.json(single(after));
    },
  );
  routes.delete('/:dataset', describe({ summary: 'Delete a dataset', answer: one(wireDataset) }), async (c) => {
    const { account, gateway } = await placeOf(c);
    const id = c.req.param('dataset');
    const before = toWireDataset(found(await datasets.remove(account, gateway, id), gateway, id));
    changed(c, { resource: 'dataset', id, before });
    return c.json(single(before));
  });
  return routes;
}

/** A dataset as the API shows it. */
export function toWireDataset(dataset: Dataset): Readonly<Record<string, unknown>> {
  return {
    id: dataset.id,
    name: dataset.name,
    enable: dataset.enable,
    filters: dataset.filters,
    gateway_id: dataset.gateway,
    created_at: new Date(dataset.createdAt).toISOString(),
    modified_at: new Date(dataset.modifiedAt).toISOString(),
  };
}

/** The fields of that. */
export const datasetFields: Readonly<Record<string, z.ZodType>> = {
  id: z.string(),
  name: z.string(),
  enable: z.boolean(),
  filters: z.array(datasetFilter),
  gateway_id: z.string(),
  created_at: time(),
  modified_at: time(),
};

const wireDataset: z.ZodType = z.strictObject(datasetFields).meta({ id: 'Dataset' });

function found(dataset: Dataset | undefined, gateway: string, id: string): Dataset {
  if (dataset !== undefined) return dataset;
  throw new Refusal(404, 7002, `Gateway "${gateway}" has no dataset "${id}". GET …/datasets lists those it has.`);
}
