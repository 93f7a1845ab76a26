import type { Call } from '../contracts/call.ts';
import type { StreamTap } from '../contracts/plugin.ts';
import type { Outcome, Reply, StreamReply } from '../contracts/reply.ts';
import type { RequestScope, Runtime } from '../contracts/runtime.ts';
import type { GatewayError } from '../errors.ts';
import { tellAttempts } from './attempt-headers.ts';
import { BODILESS } from './dispatch.ts';
import { type Compat, errorReply, toGatewayError } from './error-reply.ts';
import type { GatewayCall } from './gateway-call.ts';
import { guardTap } from './guard-tap.ts';
import type { Limits } from './limits.ts';
import { BytesOutcome, streamOutcome } from './outcome.ts';
import type { Pipeline } from './pipeline.ts';
import { Relay, type StreamEnd } from './relay.ts';
import type { Intake } from './surface.ts';
import { stopping } from './upstream-error.ts';

export interface AnswerOptions {
  readonly runtime: Runtime;
  readonly limits: Limits;
  readonly pipeline: Pipeline;
  readonly compat: Compat;
  readonly report: (problem: string, cause?: unknown) => void;
  /** Calls whose end has not been dealt with. */
  readonly endings: Set<Ending>;
}

/** A call on its way to its end. */
export interface Ending {
  /** Resolves when the `end` hooks have run. */
  readonly done: Promise<void>;
  /** Stops a stream that is still open. */
  cutOff(): void;
}

/** Runs a call through the pipeline and sees to it that its end comes exactly once, whatever happens. */
export async function answerCall(
  { call, failure }: Intake,
  scope: RequestScope,
  options: AnswerOptions,
): Promise<Response> {
  const ending = openEnding(scope, options);
  const result = await run(call, failure, options);
  try {
    return respond(call, result, ending, options);
  } catch (thrown) {
    if (result.reply.type === 'stream') result.reply.body.cancel();
    options.report('A call failed while its answer was sent.', thrown);
    return apologize(call, toGatewayError(thrown), ending, options);
  }
}

function respond(call: GatewayCall, { reply, error }: Result, ending: OpenEnding, options: AnswerOptions): Response {
  const { runtime, limits, report, pipeline } = options;
  const served = reply.call ?? call;
  const head = { status: reply.status, headers: headersOf(call, served, reply, options) };
  const { receivedAt } = call;
  const { attempts } = call.progress;
  const answeredAt = runtime.now();
  if (reply.type === 'bytes') {
    const response = runtime.response(head, isBodiless(call, reply) ? null : reply.body);
    const timings = { receivedAt, answeredAt, firstChunkAt: null, endedAt: answeredAt };
    runtime.defer(() => ending.finish(served, new BytesOutcome(reply, error, attempts, timings)));
    return response;
  }
  const onEnd = (end: StreamEnd): void => {
    const timings = { receivedAt, answeredAt, firstChunkAt: end.firstChunkAt, endedAt: runtime.now() };
    ending.finish(served, streamOutcome(reply, end, attempts, timings));
  };
  const taps = tapsOf(served, reply, pipeline, report);
  const relay = new Relay({ call: served, reply, taps, runtime, limits, report, onEnd });
  const response = runtime.response(head, relay);
  ending.cutOff = () => relay.cutOff(stopping());
  return response;
}

/** The last resort: an answer that no plugin had a hand in. */
function apologize(call: GatewayCall, error: GatewayError, ending: OpenEnding, options: AnswerOptions): Response {
  const reply = errorReply(error, options.compat);
  const answeredAt = options.runtime.now();
  const timings = { receivedAt: call.receivedAt, answeredAt, firstChunkAt: null, endedAt: answeredAt };
  ending.finish(call, new BytesOutcome(reply, error, call.progress.attempts, timings));
  return options.runtime.response(
    { status: reply.status, headers: { ...reply.headers, ...idsOf(call, call) } },
    reply.body,
  );
}

function isBodiless(call: GatewayCall, { status }: Reply): boolean {
  return call.method === 'HEAD' || BODILESS.has(status);
}

interface Result {
  readonly reply: Reply;
  readonly error: GatewayError | null;
}

async function run(call: GatewayCall, failure: GatewayError | undefined, options: AnswerOptions): Promise<Result> {
  try {
    if (failure !== undefined) throw failure;
    return { reply: await options.pipeline.handle(call), error: null };
  } catch (thrown) {
    const error = toGatewayError(thrown);
    if (error.code === 'internal') options.report('A call failed unexpectedly.', error.cause);
    return { reply: { ...errorReply(error, options.compat), call: call.progress.last }, error };
  }
}

function headersOf(
  call: GatewayCall,
  served: Call,
  reply: Reply,
  { pipeline, compat }: AnswerOptions,
): Record<string, string> {
  const headers = { ...reply.headers, ...idsOf(call, served) };
  const { attempts } = call.progress;
  // A later step that the cache answers makes no try of its own.
  if (compat === 'better' && (attempts.length > 1 || served.step > 0)) tellAttempts(headers, served, attempts);
  for (const head of pipeline.head) head(served, headers, reply);
  return headers;
}

function idsOf({ id }: GatewayCall, { eventId, step }: Call): Record<string, string> {
  return { 'cf-aig-request-id': id, 'cf-aig-event-id': eventId, 'cf-aig-step': String(step) };
}

function tapsOf(call: Call, reply: StreamReply, pipeline: Pipeline, report: AnswerOptions['report']): StreamTap[] {
  return pipeline.stream.flatMap((stream) => {
    const tap = stream(call, reply);
    return tap === undefined ? [] : [guardTap(tap, report)];
  });
}

interface OpenEnding extends Ending {
  cutOff: () => void;
  /** Runs the `end` hooks. */
  finish(served: Call, outcome: Outcome): void;
}

/** Registers the call as under way until its `end` hooks have run. */
function openEnding(scope: RequestScope, { pipeline, endings, report }: AnswerOptions): OpenEnding {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const ending: OpenEnding = {
    done,
    cutOff: () => {},
    finish: (served, outcome) => {
      void runEndHooks(served, outcome, pipeline, report).then(() => {
        endings.delete(ending);
        resolve();
      });
    },
  };
  endings.add(ending);
  scope.waitUntil(done);
  return ending;
}

async function runEndHooks(
  call: Call,
  outcome: Outcome,
  pipeline: Pipeline,
  report: AnswerOptions['report'],
): Promise<void> {
  for (const end of pipeline.end) {
    try {
      const pending = end(call, outcome);
      if (pending !== undefined) await pending;
    } catch (thrown) {
      report('A plugin failed after the answer.', thrown);
    }
  }
}
