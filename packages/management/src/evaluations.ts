import { type Dataset, type Evaluation, type EvaluationQuery, filtersProblem, type Storage } from '@sluice/storage';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { changed } from './audit-changes.ts';
import { datasetFields, toWireDataset } from './datasets.ts';
import { listed, single } from './envelope.ts';
import { noVerdict, type Verdict, verdictOf } from './evaluation-results.ts';
import { EVALUATION_TYPES, type EvaluationType } from './evaluation-types.ts';
import { many, one, time } from './openapi/answers.ts';
import { describe } from './openapi/describe.ts';
import { flag, page, perPage } from './paging.ts';
import { InvalidRequest, Refusal } from './refusal.ts';
import { requireGateway } from './require-gateway.ts';
import type { ManagementEnv } from './routing.ts';
import { jsonBody, validBody, validQuery } from './validate.ts';

/** Create, list, read and delete evaluations. What one finds is found before it is answered, and never changes. */
export function evaluationRoutes(
  { settings, datasets, evaluations }: Pick<Storage, 'settings' | 'datasets' | 'evaluations'>,
  report: (error: unknown) => void,
): Hono<ManagementEnv> {
  const placeOf = async (c: Context<ManagementEnv>) => {
    const { account, id } = await requireGateway(settings, c.var.account, c.req.param('gateway') ?? '');
    return { account, gateway: id };
  };
  /** What a type of evaluation says of the datasets, and of how many rows; of none where nothing could be said. */
  const look = async ({ account, gateway }: Place, wanted: readonly Dataset[]): Promise<Findings> => {
    try {
      const measures = await evaluations.measure(account, gateway, wanted);
      return { processed: true, totalLogs: measures.total, verdict: ({ type }) => verdictOf(type, measures) };
    } catch (cause) {
      report(cause);
      return { processed: false, totalLogs: 0, verdict: () => noVerdict(cause) };
    }
  };

  const routes = new Hono<ManagementEnv>();
  routes.get(
    '/',
    describe({ summary: 'List evaluations', answer: many(wireEvaluation) }),
    validQuery(evaluationQuery),
    async (c) => {
      const { account, gateway } = await placeOf(c);
      const query = c.req.valid('query');
      const page = await evaluations.list(account, gateway, query);
      return c.json(listed(page.items.map(toWireEvaluation), page, query));
    },
  );
  routes.post(
    '/',
    describe({ summary: 'Evaluate datasets', answer: one(wireEvaluation) }),
    jsonBody,
    validBody(newEvaluation),
    async (c) => {
      const place = await placeOf(c);
      const { name, dataset_ids, evaluation_type_ids } = c.req.valid('json');
      const types = evaluation_type_ids.map(requireType);
      const wanted = await Promise.all(
        dataset_ids.map(async (id, index) =>
          requireDataset(await datasets.get(place.account, place.gateway, id), { id, index, ...place }),
        ),
      );
      assertTogether(wanted);
      const { verdict, ...found } = await look(place, wanted);
      const results = types.map((type) => ({ id: crypto.randomUUID(), type: type.id, ...verdict(type) }));
      const created = await evaluations.create({ ...place, name, ...found, datasets: wanted, results });
      const after = toWireEvaluation(created);
      changed(c, { resource: 'evaluation', id: created.id, after });
      return c.json(single(after));
    },
  );
  routes.get('/:evaluation', describe({ summary: 'Show an evaluation', answer: one(wireEvaluation) }), async (c) => {
    const { account, gateway } = await placeOf(c);
    const id = c.req.param('evaluation');
    return c.json(single(toWireEvaluation(found(await evaluations.get(account, gateway, id), gateway, id))));
  });
  routes.delete(
    '/:evaluation',
    describe({ summary: 'Delete an evaluation', answer: one(wireEvaluation) }),
    async (c) => {
      const { account, gateway } = await placeOf(c);
      const id = c.req.param('evaluation');
      const before = toWireEvaluation(found(await evaluations.remove(account, gateway, id), gateway, id));
      changed(c, { resource: 'evaluation', id, before });
      return c.json(single(before));
    },
  );
  return routes;
}

interface Findings {
  readonly processed: boolean;
  readonly totalLogs: number;
  verdict(type: EvaluationType): Verdict;
}

interface Place {
  readonly account: string;
  readonly gateway: string;
}

const ids = z
  .array(z.string())
  .min(1)
  .max(20)
  .transform((ids) => [...new Set(ids)]);

const newEvaluation = z.strictObject({
  name: z.string().min(1).max(256),
  dataset_ids: ids,
  evaluation_type_ids: ids,
});

const evaluationQuery: z.ZodType<EvaluationQuery> = z
  .strictObject({
    page: page(),
    per_page: perPage(),
    name: z.string().optional(),
    processed: flag(),
    search: z.string().optional(),
  })
  .transform(({ per_page, ...query }) => ({ ...query, perPage: per_page }));

function requireType(id: string, index: number): EvaluationType {
  const type = EVALUATION_TYPES.find((type) => type.id === id);
  if (type !== undefined) return type;
  const message = 'There is no such type of evaluation. GET /ai-gateway/evaluation-types lists all there are.';
  throw new InvalidRequest([{ message, path: ['body', 'evaluation_type_ids', String(index)] }]);
}

function requireDataset(
  dataset: Dataset | undefined,
  { gateway, index, id }: Place & { readonly index: number; readonly id: string },
): Dataset {
  if (dataset !== undefined) return dataset;
  const message = `Gateway "${gateway}" has no dataset "${id}". GET …/datasets lists those it has.`;
  throw new InvalidRequest([{ message, path: ['body', 'dataset_ids', String(index)] }]);
}

/** A database takes so many values at once. */
function assertTogether(datasets: readonly Dataset[]): void {
  const message = filtersProblem(datasets.flatMap(({ filters }) => filters));
  if (message !== undefined) throw new InvalidRequest([{ message, path: ['body', 'dataset_ids'] }]);
}

function found(evaluation: Evaluation | undefined, gateway: string, id: string): Evaluation {
  if (evaluation !== undefined) return evaluation;
  throw new Refusal(404, 7002, `Gateway "${gateway}" has no evaluation "${id}". GET …/evaluations lists those it has.`);
}

function toWireEvaluation(evaluation: Evaluation) {
  const { id, account, gateway, name, processed, totalLogs } = evaluation;
  const times = {
    created_at: new Date(evaluation.createdAt).toISOString(),
    modified_at: new Date(evaluation.modifiedAt).toISOString(),
  };
  return {
    id,
    name,
    gateway_id: gateway,
    processed,
    total_logs: totalLogs,
    ...times,
    datasets: evaluation.datasets.map((dataset) => ({
      ...toWireDataset(dataset),
      account_id: account,
      account_tag: account,
    })),
    results: evaluation.results.map((result) => ({
      id: result.id,
      evaluation_id: id,
      evaluation_type_id: result.type,
      result: result.result,
      status: result.status,
      status_description: result.statusDescription,
      total_logs: result.totalLogs,
      ...times,
    })),
  };
}

const times = { created_at: time(), modified_at: time() };

const wireEvaluation: z.ZodType = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    gateway_id: z.string(),
    processed: z.boolean(),
    total_logs: z.int(),
    ...times,
    datasets: z.array(z.strictObject({ ...datasetFields, account_id: z.string(), account_tag: z.string() })),
    results: z.array(
      z.strictObject({
        id: z.string(),
        evaluation_id: z.string(),
        evaluation_type_id: z.string(),
        result: z.string(),
        status: z.int(),
        status_description: z.string(),
        total_logs: z.int(),
        ...times,
      }),
    ),
  })
  .meta({ id: 'Evaluation' });
