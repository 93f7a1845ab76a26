import { type Call, GatewayError, type PluginHost, TransportError, type UpstreamReply } from '@sluice/core';
import { UnusableKey } from './refusals.ts';
import type { ServiceAccount } from './service-account.ts';

export interface TokenRequest {
  /** Whose call waits for the token. */
  readonly call: Call;
  readonly url: string;
  /** The signed statement that is exchanged for a token. */
  readonly assertion: string;
  readonly account: ServiceAccount;
  readonly host: PluginHost;
}

/** Exchanges a signed statement for an access token (RFC 7523). It takes ten seconds at most, and less where the call has less. */
export async function requestToken(request: TokenRequest): Promise<{ token: string; lifetimeMs: number }> {
  const { call, account } = request;
  const timeoutMs = patience(request);
  const timer = AbortSignal.timeout(timeoutMs);
  let answer: Answer;
  try {
    answer = await exchange(request, AbortSignal.any([call.signal, timer]), timeoutMs);
  } catch (thrown) {
    throw tokenless(request, thrown, timer.aborted);
  }
  const { status, fields } = answer;
  const { access_token: token, expires_in: seconds } = fields;
  if (status === 200 && typeof token === 'string' && /^[\x21-\x7e]+$/.test(token)) {
    return { token, lifetimeMs: (typeof seconds === 'number' ? seconds : 0) * 1000 };
  }
  if (status >= 400 && status < 500 && status !== 429) {
    throw new UnusableKey(
      `${account.name} was refused by ${hostOf(request)} (${status}${wordOf(fields.error)}). Check that the service ` +
        'account and its key still exist.',
    );
  }
  throw failed(request, `answered with status ${status} and no token`);
}

interface Answer {
  readonly status: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

const LONGEST_MS = 10_000;
const LARGEST_ANSWER = 65_536;

async function exchange(
  { url, assertion, host }: TokenRequest,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<Answer> {
  const form = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion });
  const reply = await host.transport.send({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new TextEncoder().encode(form.toString()),
    signal,
    timeoutMs,
  });
  return { status: reply.status, fields: parsed(await textOf(reply)) };
}

function patience({ call: { timeouts }, host }: TokenRequest): number {
  const left = timeouts.deadlineAt === undefined ? LONGEST_MS : timeouts.deadlineAt - host.now();
  return Math.max(1, Math.min(LONGEST_MS, left, timeouts.firstByteMs ?? LONGEST_MS));
}

/** Whatever comes behind the limit is no token. */
async function textOf({ body }: UpstreamReply): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for (let piece = await body.read(); piece !== undefined; piece = await body.read()) {
    text += decoder.decode(piece, { stream: true });
    if (text.length > LARGEST_ANSWER) {
      body.cancel();
      return '';
    }
  }
  return text + decoder.decode();
}

function tokenless(request: TokenRequest, thrown: unknown, isLate: boolean): GatewayError {
  if (request.call.signal.aborted) {
    return new GatewayError('client_closed', 'The client closed the connection before the answer was there.');
  }
  if (isLate || (thrown instanceof TransportError && thrown.kind === 'timeout')) {
    return new GatewayError(
      'upstream_timeout',
      `${hostOf(request)} gave no access token for ${request.call.provider.id} in time. Try again.`,
      { cause: thrown },
    );
  }
  return failed(request, 'could not be reached', thrown);
}

function failed(request: TokenRequest, what: string, cause?: unknown): GatewayError {
  return new GatewayError(
    'upstream_unreachable',
    `${hostOf(request)}, which gives access tokens for ${request.call.provider.id}, ${what}. Try again in a moment.`,
    { cause },
  );
}

function hostOf({ url }: TokenRequest): string {
  return new URL(url).host;
}

/** `invalid_grant` and its kin (RFC 6749, 5.2); free text might repeat what was sent. */
function wordOf(error: unknown): string {
  return typeof error === 'string' && /^[a-z_]{1,40}$/.test(error) ? `, ${error}` : '';
}

function parsed(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
