import type { PageRequest } from '@sluice/storage';
import { z } from 'zod';
import { page, perPage } from './paging.ts';

/** Which slice of another list is wanted. */
export const pageQuery: z.ZodType<PageRequest> = z
  .strictObject({ page: page(), per_page: perPage(100) })
  .transform(({ page, per_page }) => ({ page, perPage: per_page }));
