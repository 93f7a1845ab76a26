import type { GatewayQuery } from '@sluice/storage';
import { z } from 'zod';
import { direction, page, perPage } from './paging.ts';

/** Which gateways are wanted. */
export const gatewayQuery: z.ZodType<GatewayQuery> = z
  .strictObject({
    page: page(),
    per_page: perPage(),
    search: z.string().optional(),
    order_by: z.enum(['created_at', 'modified_at', 'id']).default('created_at'),
    order_by_direction: direction(),
  })
  .transform(({ page, per_page, search, order_by, order_by_direction }) => ({
    page,
    perPage: per_page,
    search,
    orderBy: ORDERS[order_by],
    direction: order_by_direction,
  }));

const ORDERS = { created_at: 'createdAt', modified_at: 'modifiedAt', id: 'id' } as const;
