import type { CallPatch, MaybePromise } from '../contracts/call.ts';
import type { Hooks, Plugin, PluginHost, Stage } from '../contracts/plugin.ts';
import type { Reply } from '../contracts/reply.ts';
import type { GatewayCall } from './gateway-call.ts';
import { asStep } from './step.ts';

/** Runs a call to its reply. */
export type Handler = (call: GatewayCall) => MaybePromise<Reply>;

/** The plugins' hooks, each list holding only those that exist. */
export interface Pipeline {
  /** Outermost first. */
  readonly admit: readonly NonNullable<Hooks['admit']>[];
  readonly handle: Handler;
  /** Outermost first. */
  readonly head: readonly NonNullable<Hooks['head']>[];
  /** Innermost first, as taps run. */
  readonly stream: readonly NonNullable<Hooks['stream']>[];
  /** Innermost first, so that what an inner plugin learns an outer one can write down. */
  readonly end: readonly NonNullable<Hooks['end']>[];
  readonly close: readonly NonNullable<Hooks['close']>[];
}

const STAGES: readonly Stage[] = ['observe', 'guard', 'step', 'cache', 'route', 'attempt'];

/** Orders plugins by stage and composes their hooks once. With no plugin the pipeline is the dispatcher itself. */
export function compilePipeline(plugins: readonly Plugin[], host: PluginHost, dispatch: Handler): Pipeline {
  assertPlugins(plugins);
  const parts = STAGES.flatMap((stage) => plugins.filter((plugin) => plugin.stage === stage)).map(
    (plugin): Part => ({ stage: plugin.stage, hooks: plugin.setup(host) }),
  );
  const hooks = parts.map((part) => part.hooks);
  const inward = [...hooks].reverse();
  return {
    admit: pick(hooks, 'admit'),
    handle: parts.reduceRight<Handler>((inner, part) => wrap(inner, part, host), dispatch),
    head: pick(hooks, 'head'),
    stream: pick(inward, 'stream'),
    end: pick(inward, 'end'),
    close: pick(hooks, 'close'),
  };
}

interface Part {
  readonly stage: Stage;
  readonly hooks: Hooks;
}

function wrap(inner: Handler, { stage, hooks }: Part, { now }: PluginHost): Handler {
  const handle = hooks.handle?.bind(hooks);
  if (handle === undefined) return inner;
  const patched = stage === 'step' ? asStep(inner, now) : inner;
  return (call) => handle(call, (patch?: CallPatch) => (patch === undefined ? inner(call) : patched(call.with(patch))));
}

function pick<K extends keyof Hooks>(hooks: readonly Hooks[], name: K): NonNullable<Hooks[K]>[] {
  return hooks.flatMap((each) => {
    const hook = each[name];
    return hook === undefined ? [] : [hook.bind(each) as NonNullable<Hooks[K]>];
  });
}

function assertPlugins(plugins: readonly Plugin[]): void {
  const names = new Set<string>();
  for (const plugin of plugins) {
    if (names.has(plugin.name)) throw new Error(`Plugin "${plugin.name}" is listed twice. Remove one of the two.`);
    if (!STAGES.includes(plugin.stage)) {
      throw new Error(`Plugin "${plugin.name}" names the stage "${plugin.stage}". Stages are ${STAGES.join(', ')}.`);
    }
    names.add(plugin.name);
  }
  for (const plugin of plugins) {
    const missing = plugin.requires?.find((name) => !names.has(name));
    if (missing !== undefined) {
      throw new Error(`Plugin "${plugin.name}" requires "${missing}". Add it to the plugins list.`);
    }
  }
}
