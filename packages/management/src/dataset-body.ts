import { type DatasetFilter, type DatasetQuery, filterProblem, filtersProblem, type NewDataset } from '@sluice/storage';
import { z } from 'zod';
import { flag, page, perPage } from './paging.ts';

/** One condition on rows of the log. */
export const datasetFilter: z.ZodType<DatasetFilter> = z
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
    value: z.array(
      z.union([z.string(), z.number(), z.boolean()], 'each "value" must be a string, a number, true or false'),
    ),
  })
  .superRefine((filter, c) => {
    const problem = filterProblem(filter);
    if (problem !== undefined) c.addIssue({ code: 'custom', path: [problem.part], message: problem.message });
  });

const fields = {
  name: z.string().min(1).max(256),
  enable: z.boolean(),
  filters: z
    .array(datasetFilter)
    .max(20)
    .superRefine((filters, c) => {
      const message = filtersProblem(filters);
      if (message !== undefined) c.addIssue({ code: 'custom', message });
    }),
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
