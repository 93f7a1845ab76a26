import { type ErrorName, GatewayError, type Outcome, type Reply } from '@sluice/core';

/** What a try says about its target: `began` is a stream that may still break, `nothing` a try that was not about it. */
export type Health = 'well' | 'began' | 'failed' | 'nothing';

/** What the head of an answer says. */
export function healthOf(reply: Reply): Health {
  if (reply.source !== 'upstream') return 'nothing';
  if (isFailing(reply.status)) return 'failed';
  if (reply.type !== 'stream') return 'well';
  if (reply.opensWith === undefined) return 'began';
  return isFailing(reply.opensWith.status) ? 'failed' : 'well';
}

/** What it says that there was no answer. */
export function healthOfError(error: unknown): Health {
  return error instanceof GatewayError && FAILURES.has(error.code) ? 'failed' : 'nothing';
}

/** What the end of a stream says, of whose beginning only good is known. */
export function healthAtEnd({ reply, error, abandoned, facts }: Outcome): Health {
  if (healthOf(reply) !== 'began' || abandoned) return 'nothing';
  if (error !== null) return healthOfError(error);
  return facts.error !== null && isFailing(facts.error.status) ? 'failed' : 'well';
}

const FAILURES: ReadonlySet<ErrorName> = new Set<ErrorName>([
  'upstream_unreachable',
  'upstream_timeout',
  'upstream_interrupted',
  'upstream_stalled',
  'upstream_malformed',
]);

/** Too many requests, or the vendor's own fault. An error without a status inside a stream is the vendor's too. */
function isFailing(status: number | undefined): boolean {
  return status === undefined || status === 429 || status >= 500;
}
