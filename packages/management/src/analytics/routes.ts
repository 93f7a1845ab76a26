import { ROLLUP_STEPS, type RollupPeriod, type Storage } from '@sluice/storage';
import { type Context, Hono } from 'hono';
import { type Notice, single } from '../envelope.ts';
import { one } from '../openapi/answers.ts';
import { describe } from '../openapi/describe.ts';
import type { ManagementEnv } from '../routing.ts';
import { validQuery } from '../validate.ts';
import { addUp, share, toMeasures } from './measures.ts';
import { type CallsQuery, seriesQuery, topQuery } from './query.ts';
import { addsUp, WEIGHTS } from './ranking.ts';
import { byKey, pointsOf, withOthers } from './series.ts';
import { aligned, before, granularityOf, type Span, toSpan, toTime } from './span.ts';
import { wireSeries, wireTop } from './view.ts';

/** Charts and top lists of an account, of all its gateways or of some. */
export function analyticsRoutes(
  { rollups }: Pick<Storage, 'rollups'>,
  now: () => number = Date.now,
): Hono<ManagementEnv> {
  const read = (c: Context<ManagementEnv>, { choice }: CallsQuery, span: Span, stepMs?: number) =>
    rollups.read({ account: c.var.account, ...choice, ...span, stepMs });

  const routes = new Hono<ManagementEnv>();
  routes.get(
    '/',
    describe({ summary: 'Draw a chart of calls', details: METADATA, answer: one(wireSeries) }),
    validQuery(seriesQuery),
    async (c) => {
      const query = c.req.valid('query');
      const asked = toSpan(query, now());
      const granularity = granularityOf(asked, query.granularity, now());
      const span = aligned(asked, granularity);
      const groups = await read(c, query, span, ROLLUP_STEPS[granularity]);
      const series = withOthers(
        byKey(groups, ({ requests }) => requests),
        query.limit,
      );
      const result = {
        ...wireSpan(span),
        granularity,
        group_by: query.groupBy ?? null,
        series: series.map(({ key, groups, total }) => ({
          key,
          points: pointsOf(groups).map(([start, sum]) => ({ t: toTime(start), ...toMeasures(sum) })),
          totals: toMeasures(total),
        })),
        totals: toMeasures(addUp(groups)),
        ...(query.compare === 'previous' && { previous: await previousOf(c, query, span) }),
      };
      return c.json(single(result, coarser(query.granularity, granularity)));
    },
  );
  routes.get(
    '/top',
    describe({ summary: 'List what calls had most of', details: METADATA, answer: one(wireTop) }),
    validQuery(topQuery),
    async (c) => {
      const query = c.req.valid('query');
      const span = toSpan(query, now());
      const groups = await read(c, query, span);
      const weigh = WEIGHTS[query.metric];
      const totals = addUp(groups);
      const whole = weigh(totals);
      const items = byKey(groups, weigh)
        .slice(0, query.limit)
        .map(({ key, total }) => ({
          key,
          share: addsUp(query.metric) ? share(weigh(total), whole) : null,
          ...toMeasures(total),
        }));
      return c.json(
        single({
          ...wireSpan(span),
          by: query.by,
          metric: query.metric,
          items,
          totals: toMeasures(totals),
          ...(query.compare === 'previous' && { previous: await previousOf(c, query, span) }),
        }),
      );
    },
  );

  async function previousOf(c: Context<ManagementEnv>, query: CallsQuery, span: Span) {
    const earlier = before(span);
    return { ...wireSpan(earlier), totals: toMeasures(addUp(await read(c, query, earlier))) };
  }
  return routes;
}

const METADATA = 'A parameter `metadata.{key}` chooses calls by a value of their metadata.';

function wireSpan({ from, to }: Span) {
  return { from: toTime(from), to: toTime(to) };
}

function coarser(asked: RollupPeriod | 'auto', given: RollupPeriod): readonly Notice[] {
  if (asked === 'auto' || asked === given) return [];
  const message = `The steps are one ${given} long: a ${asked} is no longer known of the time that this begins with.`;
  return [{ code: 7001, message }];
}
