import type { LogQuery, PageRequest } from '@sluice/storage';
import { z } from 'zod';
import { page, perPage } from './paging.ts';

/** Which slice of another list is wanted. */
export const pageQuery: z.ZodType<PageRequest> = z
  .strictObject({ page: page(), per_page: perPage(100) })
  .transform(({ page, per_page }) => ({ page, perPage: per_page }));

/** Which rows of the log are wanted. What this version can't do is refused like any unknown name. */
export const logQuery: z.ZodType<LogQuery> = z
  .strictObject({
    page: page(),
    per_page: perPage(50),
    order_by: z.enum(['created_at']).default('created_at'),
    order_by_direction: z.enum(['asc', 'desc']).default('desc'),
  })
  .transform(({ page, per_page, order_by_direction }) => ({ page, perPage: per_page, direction: order_by_direction }));
