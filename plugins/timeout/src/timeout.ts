import type { Call, CallTimeouts, Plugin, TimeoutRule } from '@sluice/core';
import { matches } from './matches.ts';

/**
 * Gives a call its time limits: the client's `cf-aig-request-timeout`, and those that the gateway has for the model. The
 * engine keeps them.
 */
export function timeout(): Plugin {
  return {
    name: 'timeout',
    stage: 'route',
    setup: () => ({
      handle(call, next) {
        const timeouts = timeoutsOf(call);
        return timeouts === undefined ? next() : next({ timeouts });
      },
    }),
  };
}

/** Undefined when neither the client nor the gateway limits this call. */
function timeoutsOf(call: Call): CallTimeouts | undefined {
  const asked = milliseconds(call.options.get('request-timeout'));
  const rules = call.gateway.traffic?.timeouts?.filter(({ model }) => isFor(call, model)) ?? [];
  if (asked === undefined && rules.length === 0) return undefined;
  const firstByteMs = first(rules, 'firstByteMs');
  const firstTokenMs = first(rules, 'firstTokenMs');
  const idleMs = first(rules, 'idleMs');
  const totalMs = first(rules, 'totalMs');
  return {
    ...call.timeouts,
    ...(asked !== undefined && { clientFirstByteMs: asked }),
    ...(firstByteMs !== undefined && { firstByteMs }),
    ...(firstTokenMs !== undefined && { firstTokenMs }),
    ...(idleMs !== undefined && { idleMs }),
    ...(totalMs !== undefined && { deadlineAt: sooner(call.receivedAt + totalMs, call.timeouts.deadlineAt) }),
  };
}

// A timer of more milliseconds than fit in 31 bits fires at once.
const LONGEST_MS = 2 ** 31 - 1;

function milliseconds(text = ''): number | undefined {
  if (!/^\d+$/.test(text) || Number(text) === 0) return undefined;
  return Math.min(Number(text), LONGEST_MS);
}

function isFor({ provider, request }: Call, model: string | undefined): boolean {
  return model === undefined || matches(model, `${provider.id}/${request.model ?? ''}`);
}

/** For each limit the first rule counts that names it. */
function first(rules: readonly TimeoutRule[], limit: Exclude<keyof TimeoutRule, 'model'>): number | undefined {
  return rules.find((rule) => rule[limit] !== undefined)?.[limit];
}

function sooner(moment: number, other = Number.POSITIVE_INFINITY): number {
  return Math.min(moment, other);
}
