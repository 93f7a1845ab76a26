import type { BytesReply } from '../contracts/reply.ts';
import { ERRORS, GatewayError } from '../errors.ts';

/** `strict` answers with the published status and text alone; the default says what happened and the way out. */
export type Compat = 'strict' | 'better';

const encoder = new TextEncoder();

/** The gateway's own failure in the shape that clients of the wire expect. */
export function errorReply(error: GatewayError, compat: Compat): BytesReply {
  const entry = ERRORS[error.code];
  const status = compat === 'strict' ? (entry.strictStatus ?? entry.status) : entry.status;
  const message = compat === 'strict' ? (entry.strictSummary ?? entry.summary) : `${entry.summary}: ${error.message}`;
  return {
    type: 'bytes',
    source: 'gateway',
    status,
    headers: { 'content-type': 'application/json', ...(compat === 'better' && error.headers) },
    body: encoder.encode(
      JSON.stringify({
        success: false,
        result: [],
        messages: [],
        error: [{ code: entry.code, message }],
        name: 'AiGatewayError',
        httpCode: status,
        internalCode: entry.code,
        message,
        description: message,
      }),
    ),
  };
}

/** Any thrown value as a gateway error; what we did not foresee is `internal` and its text stays inside. */
export function toGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  return new GatewayError(
    'internal',
    'The gateway failed in a way it did not foresee. Its own log has the cause; please report it.',
    { cause: thrown },
  );
}
