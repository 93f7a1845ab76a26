import { BROKEN_STREAMS } from './broken-streams.ts';
import type { Fault } from './fault.ts';
import { OUTAGES } from './outages.ts';
import { RATE_LIMITS } from './rate-limits.ts';
import { REFUSALS } from './refusals.ts';
import { SILENCE } from './silence.ts';
import { STORMS } from './storms.ts';

/** The sixteen faults of the public failoverbench catalogue, in its order. */
export const FAULTS: readonly Fault[] = [
  ...RATE_LIMITS,
  ...OUTAGES,
  ...SILENCE,
  ...BROKEN_STREAMS,
  ...REFUSALS,
  ...STORMS,
];
