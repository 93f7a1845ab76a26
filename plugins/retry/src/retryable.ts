import { type Call, type ErrorName, GatewayError, type Reply } from '@sluice/core';

/** Whether this answer is a passing failure of the upstream, which another try may cure. */
export function isPassing(reply: Reply, { gateway }: Call): boolean {
  if (reply.source !== 'upstream' || reply.headers['x-should-retry'] === 'false') return false;
  const status = statusOf(reply);
  if (status === undefined) return true;
  const statuses = gateway.traffic?.retry?.statuses;
  if (statuses !== undefined) return statuses.includes(status);
  return status >= 500 || status === 408 || status === 409 || status === 429;
}

/** Whether no answer came for a reason that another try may cure. */
export function isPassingError(error: unknown): boolean {
  return error instanceof GatewayError && PASSING.has(error.code);
}

/** Whether the target was not asked at all because it is left alone. */
export function isLeftAlone(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'circuit_open';
}

const PASSING: ReadonlySet<ErrorName> = new Set<ErrorName>([
  'upstream_unreachable',
  'upstream_timeout',
  'upstream_interrupted',
  'upstream_stalled',
  'upstream_malformed',
]);

/** Undefined for a stream that begins with an error whose status nobody knows. */
function statusOf(reply: Reply): number | undefined {
  return reply.type === 'stream' && reply.opensWith !== undefined ? reply.opensWith.status : reply.status;
}
