import type { Framing } from '../contracts/protocol.ts';
import type { Provider } from '../contracts/provider.ts';
import type { Attempt, Reply, ReplyHead } from '../contracts/reply.ts';
import type { Runtime, UpstreamReply } from '../contracts/runtime.ts';
import { GatewayError } from '../errors.ts';
import { bufferBody } from './buffer.ts';
import { deadlinePassed, timeLeft } from './deadline.ts';
import type { GatewayCall } from './gateway-call.ts';
import { cleanReplyHeaders } from './headers.ts';
import type { Limits } from './limits.ts';
import { rewriteLocation } from './location.ts';
import { needsOpening, openStream } from './opening.ts';
import type { Handler } from './pipeline.ts';
import { toldError } from './told-error.ts';
import { isUniversal } from './universal.ts';
import { malformed, upstreamError } from './upstream-error.ts';

export interface DispatchOptions {
  readonly runtime: Runtime;
  readonly limits: Limits;
  readonly basePath: string;
  /** The address in force for a provider: its own or the operator's. */
  baseUrlOf(provider: Provider): string;
}

/** The innermost handler: sends a call upstream once, and makes a reply of the answer. */
export function createDispatcher(options: DispatchOptions): Handler {
  const { runtime } = options;
  return async (call) => {
    if (isUniversal(call)) throw noSteps(call, options.basePath);
    const startedAt = runtime.now();
    call.progress.last = call;
    let answeredAt: number | null = null;
    let status: number | null = null;
    const note = (error: Attempt['error']): void => {
      call.progress.attempts.push(new SentAttempt(call, startedAt, answeredAt, status, error));
    };
    try {
      const upstream = await send(call, options);
      answeredAt = runtime.now();
      status = upstream.status;
      const reply = await toReply(call, upstream, options);
      if (reply.type === 'bytes' || !needsOpening(call)) {
        note(null);
        return reply;
      }
      const opened = await openStream(call, reply, startedAt, options);
      note(opened.opensWith === undefined ? null : toldError(opened.opensWith, call));
      return opened;
    } catch (thrown) {
      const error = upstreamError(call, thrown);
      note(error);
      throw error;
    }
  };
}

/** What is asked for is found in the request only when somebody wants to know, after the answer has left. */
class SentAttempt implements Attempt {
  readonly provider: string;
  readonly step: number;
  readonly credential: string | null;
  readonly startedAt: number;
  readonly answeredAt: number | null;
  readonly status: number | null;
  readonly error: Attempt['error'];
  readonly #call: GatewayCall;

  constructor(
    call: GatewayCall,
    startedAt: number,
    answeredAt: number | null,
    status: number | null,
    error: Attempt['error'],
  ) {
    this.#call = call;
    this.provider = call.provider.id;
    this.step = call.step;
    this.credential = call.credential;
    this.startedAt = startedAt;
    this.answeredAt = answeredAt;
    this.status = status;
    this.error = error;
  }

  get model(): string | null {
    return this.#call.request.model;
  }
}

function send(call: GatewayCall, { runtime, limits }: DispatchOptions): Promise<UpstreamReply> {
  const { timeouts, request } = call;
  const patience = [timeouts.clientFirstByteMs ?? timeouts.firstByteMs ?? limits.firstByteTimeoutMs];
  if (timeouts.firstTokenMs !== undefined && request.stream) patience.push(timeouts.firstTokenMs);
  if (timeouts.deadlineAt !== undefined) {
    const left = timeLeft(call, runtime.now());
    if (left <= 0) throw deadlinePassed(call);
    patience.push(left);
  }
  return runtime.transport.send({
    method: call.method,
    url: call.target.url,
    headers: upstreamHeaders(call),
    body: call.body,
    signal: call.signal,
    timeoutMs: Math.min(...patience),
  });
}

function noSteps({ account, gateway }: GatewayCall, basePath: string): GatewayError {
  return new GatewayError(
    'not_found',
    `Nothing answers at the gateway's own address. Calls go to ${basePath}/${account}/${gateway.id}/{provider}/{path of ` +
      `the provider}, for example ${basePath}/${account}/${gateway.id}/openai/chat/completions.`,
  );
}

/** Asks for plain bytes: the gateway reads answers, and undoing an encoding costs more than it saves next door. */
function upstreamHeaders({ target, headers }: GatewayCall): Record<string, string> {
  const result: Record<string, string> = { ...target.defaultHeaders, ...headers, 'accept-encoding': 'identity' };
  for (const [name, value] of Object.entries(target.headers ?? {})) {
    if (value === undefined) delete result[name];
    else result[name] = value;
  }
  return result;
}

async function toReply(call: GatewayCall, upstream: UpstreamReply, options: DispatchOptions): Promise<Reply> {
  assertStatus(call, upstream);
  const headers = cleanReplyHeaders(upstream.headers);
  rewriteLocation(headers, call, options);
  const { protocol } = call.target;
  const head: ReplyHead = { status: upstream.status, headers, source: 'upstream', protocol, call };
  if (hasNoBody(call.method, upstream.status)) {
    upstream.body.cancel();
    return { ...head, type: 'bytes', body: new Uint8Array(0) };
  }
  const framing = framingOf(call, upstream);
  if (framing !== undefined || isProgressive(call, upstream, options.limits)) {
    // An error may have to be added at the end of a text.
    if (!isEncoded(headers) && !isMedia(headers['content-type'])) delete headers['content-length'];
    return { ...head, type: 'stream', body: upstream.body, framing };
  }
  delete headers['content-length'];
  const body = await bufferBody(call, upstream, options);
  return body instanceof Uint8Array ? { ...head, type: 'bytes', body } : { ...head, type: 'stream', body };
}

/** Outside of these no server of ours could say it (RFC 9110 15: three digits, five classes). */
function assertStatus(call: GatewayCall, { status, body }: UpstreamReply): void {
  if (status >= 200 && status <= 599) return;
  body.cancel();
  throw malformed(call, `the status ${status}`);
}

/** Answers that never have a body (RFC 9110 15.3.5, 15.3.6, 15.4.5). */
export const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

function hasNoBody(method: string, status: number): boolean {
  return method === 'HEAD' || BODILESS.has(status);
}

/** Errors are whole bodies, and so is JSON unless the client asked for a stream (Gemini streams a JSON array). */
function framingOf(call: GatewayCall, { status, headers }: UpstreamReply): Framing | undefined {
  if (status >= 300 || isEncoded(headers)) return undefined;
  const contentType = headers['content-type'] ?? '';
  if (isJson(contentType) && !call.request.stream) return undefined;
  return call.target.protocol?.framing(contentType);
}

/** The transport could not undo it, so nobody here can read it. */
function isEncoded(headers: Readonly<Record<string, string>>): boolean {
  return (headers['content-encoding'] ?? 'identity') !== 'identity';
}

/** What must not wait until it is whole: streams nobody here reads, media of unknown length, and what is too large. */
function isProgressive(call: GatewayCall, { status, headers }: UpstreamReply, limits: Limits): boolean {
  const contentType = headers['content-type'] ?? '';
  if (/^(?:text\/event-stream|application\/(?:x-ndjson|stream\+json|vnd\.amazon\.eventstream))/i.test(contentType))
    return true;
  if (status < 300 && call.request.stream && !isJson(contentType)) return true;
  const length = headers['content-length'];
  if (length !== undefined) return Number(length) > limits.maxBufferedReplyBytes;
  return isMedia(contentType);
}

function isMedia(contentType = ''): boolean {
  return (
    contentType !== '' &&
    !isJson(contentType) &&
    !contentType.startsWith('text/') &&
    !/ndjson|stream\+json/.test(contentType)
  );
}

function isJson(contentType: string): boolean {
  return /^application\/(?!x-ndjson|stream\+json)(?:[\w.-]+\+)?json/i.test(contentType);
}
