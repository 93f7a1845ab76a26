import { type Call, GatewayError, type Next, type Reply, type StoredCredential } from '@sluice/core';
import { judge } from './judge.ts';
import { KeyHealth } from './key-health.ts';
import { type KeyLimitOptions, KeyLimits } from './key-limits.ts';
import { UnusableKey } from './refusals.ts';
import { discard, type Sender } from './sender.ts';

export interface RotationOptions extends KeyLimitOptions {
  readonly send: Sender;
}

/** Answers a call with one of these keys. */
export type Rotation = (call: Call, next: Next, keys: readonly StoredCredential[]) => Promise<Reply>;

/** Lets keys take turns, and the next one take over from a key that the vendor refuses or limits. */
export function createRotation({ send, ...options }: RotationOptions): Rotation {
  const { now } = options.host;
  const health = new KeyHealth();
  const limits = new KeyLimits(options);

  return async (call, next, keys) => {
    const queue = health.inTurn(groupOf(call, keys), keys, now());
    let key = await limits.firstWithRoom(call, queue);
    for (let tries = 1; ; tries++) {
      const isLast = queue.length === 0 || tries === MOST_TRIES;
      const startedAt = now();
      const answer = await ask(call, next, key, isLast);
      const verdict = judge(answer, call, now());
      if (!isLeftAlone(answer)) health.note(key, verdict, { startedAt, now: now() });
      const another =
        isLast || verdict?.isRescuable !== true || isOver(call, now())
          ? undefined
          : await limits.anotherWithRoom(call, queue);
      if (another === undefined) {
        if (answer instanceof GatewayError) throw answer;
        return answer;
      }
      discard(answer);
      key = another;
    }
  };

  async function ask(call: Call, next: Next, key: StoredCredential, isLast: boolean): Promise<Reply | GatewayError> {
    // Only a stream that was looked into shows a refusal while another key can still take over.
    const patch = { credential: key.id, ...(!isLast && { rescuable: true }) };
    const secret = { name: `The key "${key.alias}" stored for ${call.provider.id}`, text: key.secret };
    try {
      return await send(call, (more) => next({ ...more, ...patch }), secret);
    } catch (thrown) {
      if (thrown instanceof UnusableKey || isLeftAlone(thrown)) return thrown;
      throw thrown;
    }
  }
}

/** Keys that one call is sent with at most. Where all are refused, trying more of them only takes longer. */
const MOST_TRIES = 3;

/** The circuit breaker refused the call in the vendor's place. */
function isLeftAlone(thrown: unknown): thrown is GatewayError {
  return thrown instanceof GatewayError && thrown.code === 'circuit_open';
}

function groupOf({ account, gateway, provider }: Call, keys: readonly StoredCredential[]): string {
  return [account, gateway.id, provider.id, keys[0]?.alias].join('/');
}

function isOver({ signal, timeouts: { deadlineAt } }: Call, now: number): boolean {
  return signal.aborted || (deadlineAt !== undefined && now >= deadlineAt);
}
