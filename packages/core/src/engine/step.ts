import { GatewayError } from '../errors.ts';
import type { GatewayCall } from './gateway-call.ts';
import type { Handler } from './pipeline.ts';

/**
 * Runs one step of a call. Whatever answers it says which step that was, a cache too, and a step that was given up before
 * anything was sent leaves its reason among the attempts.
 */
export function asStep(inner: Handler, now: () => number): Handler {
  return async (call) => {
    const { attempts } = call.progress;
    const before = attempts.length;
    const startedAt = now();
    try {
      const reply = await inner(call);
      return reply.call === undefined ? { ...reply, call } : reply;
    } catch (thrown) {
      if (attempts.length === before && thrown instanceof GatewayError) noteUnsent(call, startedAt, thrown);
      throw thrown;
    }
  };
}

function noteUnsent(call: GatewayCall, startedAt: number, error: GatewayError): void {
  const { progress, provider, request, step, credential } = call;
  progress.last ??= call;
  progress.attempts.push({
    provider: provider.id,
    model: request.model,
    step,
    credential,
    startedAt,
    answeredAt: null,
    status: null,
    error,
  });
}
