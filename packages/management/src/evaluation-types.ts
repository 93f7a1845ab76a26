import { Hono } from 'hono';
import { z } from 'zod';
import { listed } from './envelope.ts';
import type { EvaluationTypeName } from './evaluation-results.ts';
import { many, time } from './openapi/answers.ts';
import { describe } from './openapi/describe.ts';
import { direction, page, perPage } from './paging.ts';
import type { ManagementEnv } from './routing.ts';
import { validQuery } from './validate.ts';

/** What an evaluation can find out. */
export interface EvaluationType {
  /** Never changes: clients keep it. */
  readonly id: string;
  readonly type: EvaluationTypeName;
  readonly name: string;
  readonly description: string;
}

/** All there are. None is mandatory: an evaluation has those it asks for. */
export const EVALUATION_TYPES: readonly EvaluationType[] = [
  {
    id: '6f2b8f0e-3c55-4b43-9d2f-1f0d6a9be101',
    type: 'cost',
    name: 'Cost',
    description: 'The average cost of a call in US dollars. Calls whose cost is unknown are left out.',
  },
  {
    id: 'a4d0c9f7-52c1-4e0a-8f66-7c3e58d1c202',
    type: 'speed',
    name: 'Speed',
    description: 'The average duration of a call in milliseconds.',
  },
  {
    id: 'd81e7b36-90fa-4c2d-b0a3-5e94c27fa303',
    type: 'human_feedback',
    name: 'Performance – human feedback',
    description: 'How many percent of the calls that people rated got a thumb up.',
  },
];

/** List the types of evaluation. */
export function evaluationTypeRoutes(): Hono<ManagementEnv> {
  const routes = new Hono<ManagementEnv>();
  routes.get(
    '/',
    describe({ summary: 'List the types of evaluation', answer: many(wireType) }),
    validQuery(query),
    (c) => {
      const { page, perPage, orderBy, direction } = c.req.valid('query');
      const items = EVALUATION_TYPES.map(toWireType);
      if (orderBy !== undefined) items.sort((a, b) => a[orderBy].localeCompare(b[orderBy]));
      if (direction === 'desc') items.reverse();
      const slice = items.slice((page - 1) * perPage, page * perPage);
      return c.json(listed(slice, { items, total: items.length }, { page, perPage }));
    },
  );
  return routes;
}

const query = z
  .strictObject({
    page: page(),
    per_page: perPage(),
    order_by: z.enum(['id', 'name', 'type', 'description', 'created_at', 'modified_at']).optional(),
    order_by_direction: direction(),
  })
  .transform(({ page, per_page, order_by, order_by_direction }) => ({
    page,
    perPage: per_page,
    orderBy: order_by,
    direction: order_by_direction,
  }));

function toWireType({ id, type, name, description }: EvaluationType) {
  return { id, name, type, description, enable: true, mandatory: false, created_at: SINCE, modified_at: SINCE };
}

const SINCE = '2026-10-01T00:00:00.000Z';

const wireType: z.ZodType = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    type: z.enum(['cost', 'speed', 'human_feedback']),
    description: z.string(),
    enable: z.boolean(),
    mandatory: z.boolean(),
    created_at: time(),
    modified_at: time(),
  })
  .meta({ id: 'EvaluationType' });
