import { z } from 'zod';

/** The query parameter `page`: from 1. */
export function page(): z.ZodType<number> {
  return z.coerce.number().int().min(1).default(1);
}

/** The query parameter `per_page`, with the most that a list gives at once. */
export function perPage(most = 100): z.ZodType<number> {
  return z.coerce.number().int().min(1).max(most).default(20);
}

/** A query parameter that is `true` or `false`. */
export function flag(): z.ZodType<boolean | undefined> {
  return z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional();
}

/** The query parameter `order_by_direction`. */
export function direction(): z.ZodType<'asc' | 'desc' | undefined> {
  return z.enum(['asc', 'desc']).optional();
}
