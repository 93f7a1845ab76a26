import { CliError } from './cli-error.ts';
import type { CliIo } from './run-cli.ts';

/** The configuration of one account at a server. */
export interface Server {
  /** The result of a route below `…/config`; a `CliError` with the server's own words where there is none. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
}

/** Reaches the server of `SLUICE_URL`, as the holder of `SLUICE_ADMIN_TOKEN`. */
export function connect({ env }: Pick<CliIo, 'env'>, account: string | undefined): Server {
  const url = (env('SLUICE_URL') || 'http://127.0.0.1:8787').replace(/\/+$/, '');
  const token = env('SLUICE_ADMIN_TOKEN');
  if (!token)
    throw new CliError('Set SLUICE_ADMIN_TOKEN to a management token: viewers may pull and plan, owners apply.');
  const name = encodeURIComponent(env('SLUICE_ACCOUNT_ID') || account || 'default');
  const base = `${url}/client/v4/accounts/${name}/ai-gateway/config`;
  return {
    async call(method, path, body) {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
      const answer = await fetch(base + path, init).catch((error: Error) => {
        throw new CliError(`Could not reach ${url}: ${reasonOf(error)}. Does the server run, and is SLUICE_URL right?`);
      });
      const envelope = await answer.json().then(asEnvelope, () => undefined);
      if (answer.ok && envelope !== undefined) return envelope.result as never;
      const words = envelope?.errors.map(({ message }) => message).join('\n');
      throw new CliError(words || `${url} answered with ${answer.status} and nothing that Sluice would say.`);
    },
  };
}

interface Envelope {
  readonly result: unknown;
  readonly errors: readonly { readonly message: string }[];
}

function asEnvelope(body: unknown): Envelope | undefined {
  return typeof body === 'object' && body !== null && 'errors' in body ? (body as Envelope) : undefined;
}

function reasonOf({ message, cause }: Error): string {
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}
