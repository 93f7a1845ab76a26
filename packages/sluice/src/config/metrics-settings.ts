import { z } from 'zod';

/** Who may read `/metrics`. */
export interface MetricsSettings {
  /** Whoever can reach the server; otherwise it takes a management token. False unless set. */
  readonly open?: boolean;
}

const metrics = z.strictObject({ open: z.boolean('must be true or false').exactOptional() }, 'must be an object');

/** How it is checked. */
export const METRICS_SCHEMA: z.ZodType<MetricsSettings> = metrics;

/** The names within it. */
export const METRICS_NAMES: readonly string[] = Object.keys(metrics.shape);
