import type { DatasetFilter, DatasetFilterKey, DatasetQuery, NewDataset } from '@sluice/storage';
import { z } from 'zod';
import { flag, page, perPage } from './paging.ts';

const filter: z.ZodType<DatasetFilter> = z
  .strictObject({
    key: z.enum([
      'created_at',
      'request_content_type',
      'response_content_type',
      'success',
      'cached',
      'provider',
      'model',
      'cost',
      'tokens',
      'tokens_in',
      'tokens_out',
      'duration',
      'feedback',
    ]),
    operator: z.enum(['eq', 'contains', 'lt', 'gt']),
    value: z
      .array(z.union([z.string(), z.number(), z.boolean()], 'each "value" must be a string, a number, true or false'))
      .min(1)
      .max(25),
  })
  .superRefine(({ key, operator, value }, c) => {
    const { operators, values, isOne } = KINDS[KIND_OF[key]];
    if (!operators.includes(operator)) {
      const message = `"operator" for "${key}" must be ${operators.map((name) => `'${name}'`).join(' | ')}.`;
      c.addIssue({ code: 'custom', path: ['operator'], message });
    }
    for (const [index, one] of value.entries()) {
      if (isOne(one)) continue;
      c.addIssue({ code: 'custom', path: ['value', index], message: `"value" for "${key}" must be ${values}.` });
    }
  });

const fields = {
  name: z.string().min(1).max(256),
  enable: z.boolean(),
  filters: z.array(filter).max(20),
};

type Fields = Pick<NewDataset, 'name' | 'enable' | 'filters'>;

/** The body that makes a dataset. */
export const newDataset: z.ZodType<Fields> = z.strictObject(fields);

/** The body that replaces one. What only the server sets may stand in it, so that it can be sent back as it was shown. */
export const datasetReplacement: z.ZodType<Fields> = z
  .strictObject({
    ...fields,
    id: z.unknown().optional(),
    gateway_id: z.unknown().optional(),
    created_at: z.unknown().optional(),
    modified_at: z.unknown().optional(),
  })
  .transform(({ name, enable, filters }) => ({ name, enable, filters }));

/** Which datasets are wanted. */
export const datasetQuery: z.ZodType<DatasetQuery> = z
  .strictObject({
    page: page(),
    per_page: perPage(),
    name: z.string().optional(),
    enable: flag(),
    search: z.string().optional(),
  })
  .transform(({ per_page, ...query }) => ({ ...query, perPage: per_page }));

type Kind = 'text' | 'flag' | 'number' | 'time';

interface KindRule {
  readonly operators: readonly string[];
  readonly values: string;
  isOne(value: string | number | boolean): boolean;
}

const KINDS: Readonly<Record<Kind, KindRule>> = {
  text: { operators: ['eq', 'contains'], values: 'a string', isOne: (value) => typeof value === 'string' },
  flag: { operators: ['eq'], values: 'true or false', isOne: (value) => typeof value === 'boolean' },
  number: { operators: ['eq', 'lt', 'gt'], values: 'a number', isOne: (value) => typeof value === 'number' },
  time: {
    operators: ['eq', 'lt', 'gt'],
    values: 'a time such as 2026-10-01T08:00:00Z, or milliseconds since 1970',
    isOne: (value) => typeof value !== 'boolean' && !Number.isNaN(new Date(value).getTime()),
  },
};

const KIND_OF: Readonly<Record<DatasetFilterKey, Kind>> = {
  created_at: 'time',
  request_content_type: 'text',
  response_content_type: 'text',
  success: 'flag',
  cached: 'flag',
  provider: 'text',
  model: 'text',
  cost: 'number',
  tokens: 'number',
  tokens_in: 'number',
  tokens_out: 'number',
  duration: 'number',
  feedback: 'number',
};
