import type { CounterDemand } from '@sluice/core';
import { type CounterNamespace, CounterObject, durableObjectCounters } from '@sluice/storage/durable-object-counters';

export { CounterObject };

interface Ask {
  readonly type: 'take' | 'add' | 'release';
  readonly demands: readonly CounterDemand[];
  readonly options: { now: number; lease: string };
}

/** A Worker that hands on what the test asks of the counters in its Durable Objects. */
export default {
  async fetch(request: Request, env: { COUNTERS: CounterNamespace<unknown> }): Promise<Response> {
    const { type, demands, options } = (await request.json()) as Ask;
    return Response.json({ answer: (await durableObjectCounters(env.COUNTERS)[type](demands, options)) ?? null });
  },
};
