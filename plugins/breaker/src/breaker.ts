import { type Call, GatewayError, type Next, type Plugin, type Reply, retryAfter } from '@sluice/core';
import type { CircuitLimits } from './circuit.ts';
import { Circuits } from './circuits.ts';
import { type Health, healthAtEnd, healthOf, healthOfError } from './health.ts';
import { targetKey } from './target-key.ts';

/** Leaves a target alone for a while that keeps failing: calls that something else can answer don't wait for it. */
export function breaker(): Plugin {
  return {
    name: 'breaker',
    stage: 'attempt',
    setup({ now }) {
      const watch = new Watch(now);
      return {
        handle: (call, next) => (isOff(call) ? next() : watch.pass(call, next)),
        end(call, outcome) {
          if (outcome.reply.type === 'stream' && !isOff(call)) watch.learn(call, healthAtEnd(outcome), false);
        },
      };
    },
  };
}

/** What is known of all targets, in the memory of this process. */
class Watch {
  readonly #now: () => number;
  readonly #circuits = new Circuits();

  constructor(now: () => number) {
    this.#now = now;
  }

  async pass(call: Call, next: Next): Promise<Reply> {
    const isProbe = this.#admit(call);
    let reply: Reply;
    try {
      reply = await next();
    } catch (thrown) {
      this.learn(call, healthOfError(thrown), isProbe);
      throw thrown;
    }
    this.learn(call, healthOf(reply), isProbe, retryAfter(reply.headers, this.#now()));
    return reply;
  }

  learn(call: Call, health: Health, isProbe: boolean, wishMs?: number): void {
    if (health !== 'failed' && this.#circuits.isEmpty) return;
    const key = targetKey(call);
    if (health === 'failed') this.#circuits.ensure(key).failed(this.#now(), limitsOf(call), isProbe, wishMs);
    else if (health === 'began') this.#circuits.find(key)?.began();
    else if (health === 'well') this.#circuits.forget(key);
    else if (isProbe) this.#circuits.find(key)?.release();
  }

  /** Whether the call is the probe of its target. Throws when it may not pass. */
  #admit(call: Call): boolean {
    if (this.#circuits.isEmpty) return false;
    const mayRefuse = call.rescuable || call.gateway.traffic?.breaker?.failFast === true;
    const verdict = this.#circuits.find(targetKey(call))?.admit(this.#now(), !mayRefuse);
    if (verdict === undefined) return false;
    if (!verdict.passes) throw leftAlone(call, verdict.leftMs);
    return verdict.isProbe;
  }
}

function isOff({ gateway }: Call): boolean {
  return gateway.traffic?.breaker?.enabled === false;
}

function limitsOf({ gateway }: Call): CircuitLimits {
  const { failures = 5, openSeconds = 30 } = gateway.traffic?.breaker ?? {};
  return { failures, openMs: openSeconds * 1000 };
}

function leftAlone({ provider, request }: Call, leftMs: number): GatewayError {
  const model = request.model === null ? '' : ` (${request.model.slice(0, 100)})`;
  const seconds = Math.ceil(leftMs / 1000);
  return new GatewayError(
    'circuit_open',
    `${provider.id}${model} kept failing and is left alone for another ${seconds} s. Try again then, or add a fallback.`,
    { headers: { 'retry-after': String(seconds) } },
  );
}
