import {
  type Attempt,
  type Call,
  type CallState,
  NO_FACTS,
  type Outcome,
  type PluginHost,
  type Protocol,
  type ReplyFacts,
  type StateKey,
} from '@sluice/core';
import { type CallCost, callCost, type PricingOptions, pricing, savedCost } from '../index.ts';

/** Noon, when no vendor has a night rate. */
export const NOON: number = Date.UTC(2026, 10, 22, 12);

export interface Ended {
  readonly provider: string;
  readonly model?: string;
  readonly facts?: Partial<ReplyFacts>;
  readonly protocol?: Protocol;
  readonly at?: number;
  readonly customCost?: string;
  readonly partial?: boolean;
  readonly source?: 'upstream' | 'gateway' | 'cache';
  readonly status?: number;
  /** Where the last try went, when it is another vendor. */
  readonly answeredBy?: string;
}

/** What the plugin says a call cost that ended like this. */
export function priced(ended: Ended, options?: PricingOptions): CallCost | undefined {
  return stateOf(ended, options).get(callCost);
}

/** What it says a call saved that ended like this. */
export function saved(ended: Ended, options?: PricingOptions): number | null | undefined {
  return stateOf(ended, options).get(savedCost);
}

function stateOf(ended: Ended, options?: PricingOptions): CallState {
  const host: Partial<PluginHost> = { report: () => {}, now: () => NOON, newId: () => 'id', defer: (task) => task() };
  const hooks = pricing(options).setup(host as PluginHost);
  const call = callOf(ended);
  hooks.end?.(call, outcomeOf(ended));
  return call.state;
}

function callOf({ provider, model = 'asked', protocol, at = NOON, customCost }: Ended): Call {
  const parts: Partial<Call> & { readonly provider: Pick<Call['provider'], 'id'> } = {
    provider: { id: provider } as Call['provider'],
    target: { url: 'https://vendor.example', path: '', protocol },
    request: { model, stream: false },
    receivedAt: at,
    options: new Map(customCost === undefined ? [] : [['custom-cost', customCost]]),
    state: createState(),
  };
  return parts as Call;
}

function outcomeOf(ended: Ended): Outcome {
  const { facts, partial = false, source = 'upstream', status = 200 } = ended;
  return {
    status,
    success: status < 400 && !partial,
    error: null,
    abandoned: false,
    reply: { type: 'bytes', status, headers: {}, source, body: new Uint8Array() },
    facts: { ...NO_FACTS, ...facts },
    partial,
    attempts: source === 'upstream' ? [attempt(ended.answeredBy ?? ended.provider)] : [],
    timings: { receivedAt: 0, answeredAt: 0, firstChunkAt: null, endedAt: 0 },
    bytesSent: 0,
  };
}

function attempt(provider: string): Attempt {
  const request = { provider, model: null, step: 0, credential: null };
  return { ...request, startedAt: 0, answeredAt: 0, status: 200, error: null };
}

function createState(): CallState {
  const values = new Map<StateKey<unknown>, unknown>();
  return {
    get: <T>(key: StateKey<T>) => values.get(key) as T | undefined,
    set: (key, value) => void values.set(key, value),
  };
}
