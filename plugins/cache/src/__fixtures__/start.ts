import {
  type ByteSource,
  createGateway,
  type Gateway,
  type GatewaySettings,
  type Outcome,
  type Plugin,
  type Store,
  type UpstreamReply,
  type UpstreamRequest,
  webRuntime,
} from '@sluice/core';
import { providers } from '@sluice/providers';
import { memoryStore } from '@sluice/storage/memory-store';
import { type CacheOptions, cache } from '../index.ts';

/** A gateway with a cache, the way to it, and all that it did. */
export interface TestGateway {
  readonly gateway: Gateway;
  readonly store: Store;
  readonly clock: Clock;
  /** What went upstream. */
  readonly sent: UpstreamRequest[];
  /** How each call ended. */
  readonly outcomes: Outcome[];
  readonly problems: string[];
  ask(question?: Question): Promise<Response>;
  send(request: Request): Promise<Response>;
  /** Waits until all background work is done. */
  settled(): Promise<void>;
}

/** A call of a client; what is left out is as in every other. */
export interface Question {
  readonly account?: string;
  readonly gateway?: string;
  /** Behind the gateway: provider, path and query. */
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Set to undefined to leave a header out. */
  readonly key?: string | undefined;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

export type Send = (request: UpstreamRequest, count: number) => UpstreamReply | Promise<UpstreamReply>;

export interface TestOptions extends Partial<CacheOptions> {
  readonly settings?: Partial<GatewaySettings>;
  readonly plugins?: readonly Plugin[];
  readonly limits?: Parameters<typeof createGateway>[0]['limits'];
}

export interface Clock {
  now(): number;
  advance(seconds: number): void;
}

/** A gateway whose answers live for 100 seconds, unless a test says otherwise. */
export function start(send: Send = answered(), options: TestOptions = {}): TestGateway {
  const { settings, plugins = [], limits = {}, ...cacheOptions } = options;
  const clock = createClock();
  const store = options.store ?? memoryStore({ now: clock.now });
  const sent: UpstreamRequest[] = [];
  const outcomes: Outcome[] = [];
  const problems: string[] = [];
  const tasks = new Set<Promise<unknown>>();
  const transport = {
    send: async (request: UpstreamRequest) => {
      sent.push(request);
      request.signal.throwIfAborted();
      return send(request, sent.length);
    },
  };
  const watcher: Plugin = {
    name: 'watcher',
    stage: 'observe',
    setup: () => ({ end: (_, outcome) => void outcomes.push(outcome) }),
  };
  const gateway = createGateway({
    providers,
    runtime: webRuntime({ transport, now: clock.now }),
    settings: {
      gateway: (account, id) => ({ account, id, authentication: false, collectLogs: true, cacheTtl: 100, ...settings }),
    },
    plugins: [watcher, cache({ store, ...cacheOptions }), ...plugins],
    limits,
    report: (problem) => void problems.push(problem),
  });
  const sendOn = (request: Request) => gateway.fetch(request, { waitUntil: (task) => void tasks.add(task) });
  return {
    gateway,
    store,
    clock,
    sent,
    outcomes,
    problems,
    ask: (question = {}) => sendOn(toRequest(question)),
    send: sendOn,
    settled: async () => {
      for (const task of tasks) await task.finally(() => tasks.delete(task)).catch(() => {});
    },
  };
}

export const CHAT: { readonly model: string; readonly messages: readonly object[] } = { model: 'gpt-x', messages: [{ role: 'user', content: 'Hello?' }] };

function toRequest(question: Question): Request {
  const { account = 'acme', gateway = 'prod', path = 'openai/chat/completions', method = 'POST', signal } = question;
  const key = 'key' in question ? question.key : 'Bearer sk-test-1';
  const headers = new Headers({ 'content-type': 'application/json', ...question.headers });
  if (key !== undefined) headers.set('authorization', key);
  const { body = CHAT } = question;
  return new Request(`http://gateway.test/v1/${account}/${gateway}/${path}`, {
    method,
    headers,
    ...(method !== 'GET' && { body: body instanceof Uint8Array || typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(signal && { signal }),
  } as RequestInit);
}

/** The count of the call as an answer, so that no two are alike. */
export function answered(patch: object = {}): Send {
  return (_, count) => json(completion(`answer ${count}`, patch));
}

export function completion(content: string | null, choice: object = {}): object {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_795_000_000,
    model: 'gpt-x-2026-01-01',
    choices: [
      { index: 0, message: { role: 'assistant', content, refusal: null }, logprobs: null, finish_reason: 'stop', ...choice },
    ],
    usage: { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 },
  };
}

export function json(body: unknown, init: Partial<UpstreamReply> = {}): UpstreamReply {
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'x-request-id': 'req_1', 'x-ratelimit-remaining-requests': '9' },
    body: pieces(typeof body === 'string' ? body : JSON.stringify(body)),
    ...init,
  };
}

export function eventStream(body: string | ByteSource): UpstreamReply {
  const source = typeof body === 'string' ? pieces(...body.split(/(?<=\n\n)/)) : body;
  return { status: 200, headers: { 'content-type': 'text/event-stream; charset=utf-8' }, body: source };
}

/** The events of a streamed completion. */
export function chatEvents(words: readonly string[], how: { usage?: boolean; finish?: string } = {}): string {
  const { usage = true, finish = 'stop' } = how;
  const chunk = (choices: object[], rest: object = {}) =>
    `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_795_000_000, model: 'gpt-x-2026-01-01', choices, ...(usage && { usage: null }), ...rest })}\n\n`;
  const delta = (value: object, finish_reason: string | null = null) => chunk([{ index: 0, delta: value, logprobs: null, finish_reason }]);
  return [
    delta({ role: 'assistant', content: '', refusal: null }),
    ...words.map((content) => delta({ content })),
    delta({}, finish),
    ...(usage ? [chunk([], { usage: { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 } })] : []),
    'data: [DONE]\n\n',
  ].join('');
}

export function pieces(...texts: string[]): ByteSource {
  const queue = texts.map((text) => new TextEncoder().encode(text));
  return { read: () => Promise.resolve(queue.shift()), cancel: () => void queue.splice(0) };
}

/** Some pieces, then silence until it is cancelled. */
export function stuck(...texts: string[]): ByteSource & { readonly isCancelled: boolean } {
  const first = pieces(...texts);
  const end = Promise.withResolvers<undefined>();
  return {
    isCancelled: false,
    read: async () => (await first.read()) ?? end.promise,
    cancel() {
      Object.assign(this, { isCancelled: true });
      end.resolve(undefined);
    },
  };
}

/** What an answer says of the cache, and its text. */
export async function seen(response: Response | Promise<Response>): Promise<{ status: string | null; text: string }> {
  const answer = await response;
  return { status: answer.headers.get('cf-aig-cache-status'), text: await answer.text() };
}

/** Whether the second of these calls was answered from the cache. */
export async function repeats(gateway: TestGateway, first: Question, second: Question = first): Promise<boolean> {
  const { ask, sent, settled } = gateway;
  await (await ask(first)).text();
  await settled();
  const before = sent.length;
  const { status } = await seen(ask(second));
  await settled();
  const isHit = sent.length === before;
  if (isHit !== (status === 'HIT')) throw new Error(`The header says ${status}, but ${sent.length - before} calls went upstream.`);
  return isHit;
}

function createClock(): Clock {
  let time = 1_700_000_000_000;
  return {
    now: () => time,
    advance: (seconds) => {
      time += seconds * 1000;
    },
  };
}
