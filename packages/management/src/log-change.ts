import type { LogChange } from '@sluice/storage';
import { z } from 'zod';

const VALUES = 'A value of the metadata is a text of at most 2000 characters, a number, true or false.';
const MOST_ENTRIES = 100;

/** What people say of a row: what is left out stays, and null takes it away. */
export const logChange: z.ZodType<LogChange> = z.strictObject({
  feedback: z.literal([-1, 0, 1]).nullable().optional(),
  score: z.number().nullable().optional(),
  metadata: z
    .record(z.string().min(1).max(200), z.union([z.string().max(2000), z.number(), z.boolean()], { error: VALUES }))
    .refine((metadata) => Object.keys(metadata).length <= MOST_ENTRIES, {
      error: `"metadata" has at most ${MOST_ENTRIES} entries.`,
    })
    .nullable()
    .optional(),
});
