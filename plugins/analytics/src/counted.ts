import { type Call, type Metadata, type Outcome, UNKNOWN_USAGE, type Usage } from '@sluice/core';
import { callCost, savedCost } from '@sluice/plugin-pricing';
import { bounded } from './bounds.ts';

/** What roll-ups count of a call that has ended. */
export interface Counted {
  readonly receivedAt: number;
  readonly account: string;
  readonly gateway: string;
  readonly provider: string;
  readonly model: string;
  readonly status: number;
  readonly error: string;
  readonly cached: boolean;
  readonly usage: Usage;
  readonly costNanos: number;
  readonly savedNanos: number;
  readonly durationMs: number;
  readonly firstChunkMs: number | null;
  readonly metadata: Metadata | null;
}

/** The same facts as the call's row in the log has. */
export function toCounted(call: Call, outcome: Outcome): Counted {
  const { reply, facts, timings } = outcome;
  const { receivedAt, firstChunkAt, endedAt } = timings;
  return {
    receivedAt: call.receivedAt,
    account: call.account,
    gateway: call.gateway.id,
    provider: call.provider.id,
    model: bounded(facts.model ?? call.request.model ?? ''),
    status: outcome.status,
    error: errorOf(outcome),
    cached: reply.source === 'cache',
    usage: facts.usage ?? UNKNOWN_USAGE,
    costNanos: call.state.get(callCost)?.nanos ?? 0,
    savedNanos: call.state.get(savedCost) ?? 0,
    durationMs: endedAt - receivedAt,
    firstChunkMs: reply.type === 'stream' && firstChunkAt !== null ? firstChunkAt - receivedAt : null,
    metadata: call.metadata,
  };
}

/** Empty for a success, and for a failure that its status alone tells of. */
function errorOf({ error, facts, abandoned }: Outcome): string {
  const cause = error ?? facts.error;
  if (cause !== null) return bounded(cause.code ?? 'unknown');
  return abandoned ? 'client_closed' : '';
}

/** No whole success: what `success` of the outcome says, told from what is counted. */
export function hasFailed({ status, error }: Counted): boolean {
  return status >= 400 || error !== '';
}
