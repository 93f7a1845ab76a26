import type { Call } from '../contracts/call.ts';
import { TransportError } from '../contracts/runtime.ts';
import { GatewayError } from '../errors.ts';
import { toGatewayError } from './error-reply.ts';

/** Names what went wrong between the gateway and the upstream of a call. */
export function upstreamError(call: Call, thrown: unknown): GatewayError {
  if (call.signal.aborted) return clientClosed(thrown);
  if (!(thrown instanceof TransportError)) return toGatewayError(thrown);
  const upstream = `${call.provider.id} (${originOf(call.target.url)})`;
  switch (thrown.kind) {
    case 'unreachable':
      return new GatewayError(
        'upstream_unreachable',
        `${upstream} could not be reached: ${thrown.message}. Check the provider's base URL and the network.`,
        { cause: thrown },
      );
    case 'timeout':
      return new GatewayError(
        'upstream_timeout',
        `${upstream} sent no answer: ${thrown.message}. Try again, or raise the time limit.`,
        { cause: thrown },
      );
    case 'stopped':
      return stopping();
    case 'interrupted':
      return new GatewayError('upstream_interrupted', `${upstream} broke off: ${thrown.message}. Try again.`, {
        cause: thrown,
      });
  }
}

/** The upstream stayed silent in the middle of its answer. */
export function stalled(call: Call, idleTimeoutMs: number): GatewayError {
  return new GatewayError(
    'upstream_stalled',
    `${call.provider.id} sent nothing for ${idleTimeoutMs} ms in the middle of its answer. ` +
      'Try again, or raise the limit idleTimeoutMs.',
  );
}

/** The gateway goes down while the answer is still on its way. */
export function stopping(): GatewayError {
  return new GatewayError('shutting_down', 'the gateway stopped before the answer was whole. Try again in a moment.');
}

/** The upstream ended its stream as if it were whole, but it is not. */
export function cutShort(call: Call): GatewayError {
  return new GatewayError(
    'upstream_interrupted',
    `${call.provider.id} ended its answer before it was whole. Try again.`,
  );
}

/** The upstream sent what is not of its own language. */
export function malformed(call: Call, why: string): GatewayError {
  return new GatewayError('upstream_malformed', `${call.provider.id} sent ${why}. Try again.`);
}

/** The client left; only the log learns of it. */
export function clientClosed(cause?: unknown): GatewayError {
  return new GatewayError('client_closed', 'The client closed the connection before the answer was there.', { cause });
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'an unreadable address';
}
