/**
 * Every failure the gateway names itself. `code` and `status` go to clients; codes of the 2000s are those of the
 * AI Gateway wire, codes from 2100 are our own. `summary` is the published text, which `compat: 'strict'` sends alone.
 */
export const ERRORS: Readonly<Record<ErrorName, ErrorEntry>> = {
  unknown_gateway: {
    code: 2001,
    status: 400,
    summary: 'No such gateway',
    strictSummary: 'Please configure AI Gateway in the Cloudflare dashboard',
  },
  upstream_unreachable: {
    code: 2005,
    status: 502,
    strictStatus: 400,
    summary: 'Failed to get response from provider',
  },
  upstream_timeout: {
    code: 2005,
    status: 504,
    strictStatus: 400,
    summary: 'Failed to get response from provider',
  },
  upstream_interrupted: {
    code: 2005,
    status: 502,
    strictStatus: 400,
    summary: 'Failed to get response from provider',
  },
  upstream_stalled: {
    code: 2005,
    status: 504,
    strictStatus: 400,
    summary: 'Failed to get response from provider',
  },
  upstream_malformed: {
    code: 2002,
    status: 502,
    strictStatus: 400,
    summary: 'Failed to parse model output',
  },
  rate_limited: { code: 2003, status: 429, summary: 'Rate limited' },
  invalid_provider: { code: 2008, status: 400, summary: 'Invalid provider' },
  unauthorized: { code: 2009, status: 401, summary: 'Unauthorized' },
  unknown_credential: { code: 2040, status: 400, summary: 'No such stored credential' },
  request_too_large: { code: 2100, status: 413, summary: 'Request body too large' },
  invalid_path: { code: 2101, status: 400, summary: 'Invalid path' },
  invalid_request: { code: 2102, status: 400, summary: 'Invalid request' },
  not_found: { code: 2103, status: 404, summary: 'Not found' },
  client_closed: { code: 2104, status: 499, summary: 'Client closed the connection' },
  shutting_down: { code: 2105, status: 503, summary: 'Gateway is shutting down' },
  internal: { code: 2106, status: 500, summary: 'Internal error' },
  unavailable: { code: 2107, status: 503, summary: 'Gateway can not decide' },
  circuit_open: { code: 2108, status: 503, summary: 'Provider is left alone for a while' },
  credential_required: { code: 2109, status: 400, summary: 'Provider credential required' },
};

export interface ErrorEntry {
  readonly code: number;
  readonly status: number;
  /** What `compat: 'strict'` answers instead. */
  readonly strictStatus?: number;
  readonly strictSummary?: string;
  readonly summary: string;
}

/** The names of the catalogue: the contract that code and tests hold on to. */
export type ErrorName =
  | 'unknown_gateway'
  | 'upstream_unreachable'
  | 'upstream_timeout'
  | 'upstream_interrupted'
  | 'upstream_stalled'
  | 'upstream_malformed'
  | 'rate_limited'
  | 'invalid_provider'
  | 'unauthorized'
  | 'unknown_credential'
  | 'request_too_large'
  | 'invalid_path'
  | 'invalid_request'
  | 'not_found'
  | 'client_closed'
  | 'shutting_down'
  | 'internal'
  | 'unavailable'
  | 'circuit_open'
  | 'credential_required';

export interface GatewayErrorOptions extends ErrorOptions {
  /** Headers that go with it, such as `retry-after`; lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A failure of the gateway itself. The message names the thing, what happened and the way out, and no secret. */
export class GatewayError extends Error {
  override readonly name: string = 'GatewayError';
  readonly code: ErrorName;
  /** Headers that go with it, such as `retry-after`; lower-case names. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorName, message: string, options: GatewayErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.headers = options.headers ?? {};
  }

  /** The HTTP status for clients. */
  get status(): number {
    return ERRORS[this.code].status;
  }
}
