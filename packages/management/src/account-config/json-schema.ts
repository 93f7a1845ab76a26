import { z } from 'zod';
import { newCustomProvider } from '../custom-provider-body.ts';
import { newDataset } from '../dataset-body.ts';
import { GATEWAY_ID_MAX, newGateway } from '../gateway-body.ts';
import { newConfig } from '../provider-config-body.ts';

/** The JSON Schema (draft 2020-12) of a file, made of the schemas of the single routes, so that an editor checks it. */
export function accountConfigSchema(): Readonly<Record<string, unknown>> {
  const { id: _, ...settings } = partsOf(newGateway).properties;
  const { secret: __, secret_id: ___, ...config } = partsOf(newConfig).properties;
  const { slug: ____, headers: _____, ...provider } = partsOf(newCustomProvider({ allowPrivate: true })).properties;
  const gateway = {
    ...settings,
    provider_configs: listOf(objectOf({ ...config, secret: SECRET }, ['provider_slug', 'alias'])),
    datasets: listOf(z.toJSONSchema(newDataset, INPUT)),
  };
  const headers = { type: ['object', 'null'], additionalProperties: { anyOf: [TEXT, REFERENCE] } };
  const schema = objectOf(
    {
      $schema: TEXT,
      version: { const: 1 },
      account: TEXT,
      gateways: mapOf({ maxLength: GATEWAY_ID_MAX }, objectOf(gateway)),
      custom_providers: mapOf({ maxLength: 64 }, objectOf({ ...provider, headers }, ['name', 'base_url'])),
    },
    ['version'],
  );
  const $schema = 'https://json-schema.org/draft/2020-12/schema';
  return { $schema, title: 'The configuration of a Sluice account', ...plain(schema) };
}

type Schema = Readonly<Record<string, unknown>>;

// What a transformation makes of the text can't be said, and does not matter to whoever writes it.
const INPUT = { io: 'input', unrepresentable: 'any' } as const;

const TEXT = { type: 'string' };
const REFERENCE = objectOf({ env: TEXT }, ['env']);
const SECRET = { anyOf: [TEXT, REFERENCE, { type: 'null' }] };

function partsOf(schema: z.ZodType): { readonly properties: Schema } {
  return z.toJSONSchema(schema, INPUT) as { properties: Schema };
}

function objectOf(properties: Schema, required: readonly string[] = []): Schema {
  return { type: 'object', properties, required, additionalProperties: false };
}

function listOf(items: Schema): Schema {
  return { type: 'array', items };
}

function mapOf(propertyNames: Schema, additionalProperties: Schema): Schema {
  return { type: 'object', propertyNames, additionalProperties };
}

/** Parts are schemas of their own no more. */
function plain(schema: Schema): Schema {
  return JSON.parse(
    JSON.stringify(schema, (name, value: unknown) => (name === '$schema' && isUrl(value) ? undefined : value)),
  );
}

function isUrl(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('https://');
}
