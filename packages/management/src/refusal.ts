import { GatewayError } from '@sluice/core';
import { isDatabaseAway, StorageError, type StorageErrorCode } from '@sluice/storage';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { failed, type Notice } from './envelope.ts';

/** An answer other than success, thrown by routes. */
export class Refusal extends Error {
  override readonly name: string = 'Refusal';
  readonly status: ContentfulStatusCode;
  readonly notices: readonly Notice[];

  constructor(status: ContentfulStatusCode, code: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.notices = [{ code, message }];
  }
}

/** A request that breaks the schema: one notice for each problem. */
export class InvalidRequest extends Error {
  override readonly name: string = 'InvalidRequest';
  readonly status: ContentfulStatusCode = 400;
  readonly notices: readonly Notice[];

  constructor(problems: readonly Omit<Notice, 'code'>[]) {
    super(problems.map(({ message }) => message).join(' '));
    this.notices = problems.map((problem) => ({ code: 7001, ...problem }));
  }
}

/** The envelope for anything thrown. What nobody foresaw is reported and not shown. */
export function answerFailure(c: Context, error: unknown, report: (error: unknown) => void): Response {
  const known = foreseen(error);
  if (known === undefined || known.status >= 500) report(error);
  if (known === undefined) {
    return c.json(failed([{ code: 10001, message: 'Internal error. The log of the server says more.' }]), 500);
  }
  if (known.status === 401) c.header('www-authenticate', 'Bearer');
  return c.json(failed(known.notices), known.status);
}

function foreseen(error: unknown): Refusal | InvalidRequest | undefined {
  if (error instanceof Refusal || error instanceof InvalidRequest) return error;
  // The tokens are read as on the path of calls, where a database that is away says this.
  if (error instanceof GatewayError && error.code === 'unavailable') return new Refusal(503, 10001, error.message);
  if (isDatabaseAway(error)) return new Refusal(503, 10001, 'The database does not answer. Try again in a moment.');
  const about = error instanceof StorageError ? WISHES[error.code] : undefined;
  if (!(error instanceof StorageError) || about === undefined) return undefined;
  const { field, wayOut = '' } = about;
  return new InvalidRequest([{ message: `${error.message}${wayOut}`, path: ['body', field] }]);
}

/** What the storage may refuse of a body. 400 all of it, also what exists: the official clients would send a 409 again. */
const WISHES: { readonly [Code in StorageErrorCode]?: { readonly field: string; readonly wayOut?: string } } = {
  already_exists: { field: 'id', wayOut: ' Choose another id.' },
  unknown_gateway: { field: 'gateway_id' },
  invalid_token: { field: 'role' },
  last_owner: { field: 'role' },
  no_master_key: { field: 'secret' },
};
