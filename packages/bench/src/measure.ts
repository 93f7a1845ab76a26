import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeConnections } from './load/exchange.ts';
import { type BothWays, openLoop } from './load/open-loop.ts';
import { streamLoad } from './load/streams.ts';
import { wrk } from './load/wrk.ts';
import { CALL_RATE, CONNECTIONS, OPEN_STREAMS, type Plan, STREAM_RATE } from './plan.ts';
import { freePort } from './ports.ts';
import { proveAnswer, proveStream } from './prove.ts';
import { type Running, run } from './running.ts';
import { quantile } from './statistics.ts';
import type { Launch, Subject } from './subjects/subject.ts';
import type { Upstream } from './upstream/upstreams.ts';
import { QUESTION, STREAMED_QUESTION } from './workload.ts';

/** What one round found out about one subject. */
export interface Figures {
  readonly startMillis: number;
  /** CPU of the subject's processes per whole answer, storing included. */
  readonly callMicros: number;
  readonly callsPerSecond: number;
  readonly addedP50Millis: number;
  readonly addedP99Millis: number;
  /** Of all calls answered, the share that the subject stored; null when it stores none. */
  readonly storedShare: number | null;
  readonly residentMegabytes: number;
  readonly eventMicros: number;
  readonly firstTokenP50Millis: number;
  readonly firstTokenP99Millis: number;
}

/** The subject's answer is not the upstream's, so it is not timed. */
class WrongAnswer extends Error {
  override readonly name: string = 'WrongAnswer';
}

interface Ground {
  readonly running: Running;
  readonly launch: Launch;
  readonly directory: string;
}

/** Starts the subject twice, once for whole answers and once for streams, and measures both. */
export async function measure(subject: Subject, { answers, streams, plan }: Bench): Promise<Figures> {
  const calls = await onGround(subject, answers, (ground) => measureCalls(ground, answers, plan));
  const events = await onGround(subject, streams, (ground) => measureStreams(ground, streams, plan));
  return { ...calls, ...events };
}

/** What every measurement needs besides its subject. */
export interface Bench {
  readonly answers: Upstream;
  readonly streams: Upstream;
  readonly plan: Plan;
}

async function measureCalls({ running, launch, directory }: Ground, { direct }: Upstream, plan: Plan) {
  refuse(await proveAnswer(launch.target));
  const load = (seconds: number) => wrk(launch.target, { connections: CONNECTIONS, seconds, directory });
  const warmUpCalls = await load(plan.warmUpSeconds);
  const before = await running.restedCpuMicros();
  const calls = await load(plan.callSeconds);
  const spent = (await running.restedCpuMicros()) - before;
  const stored = await launch.stored?.();
  const residentMegabytes = running.residentBytes() / 1e6;
  const ways = await openLoop({
    direct,
    through: launch.target,
    body: QUESTION,
    rate: CALL_RATE,
    seconds: plan.latencySeconds,
  });
  return {
    startMillis: running.startMillis,
    callMicros: spent / calls,
    callsPerSecond: calls / plan.callSeconds,
    storedShare: stored === undefined ? null : Math.min(1, stored / (warmUpCalls + calls)),
    residentMegabytes,
    addedP50Millis: added(ways, 'endMillis', 0.5),
    addedP99Millis: added(ways, 'endMillis', 0.99),
  };
}

async function measureStreams({ running, launch }: Ground, { direct }: Upstream, plan: Plan) {
  refuse(await proveStream(launch.target));
  const load = (seconds: number) => streamLoad(launch.target, { open: OPEN_STREAMS, seconds });
  await load(plan.warmUpSeconds);
  const before = await running.restedCpuMicros();
  const events = await load(plan.streamSeconds);
  const spent = (await running.restedCpuMicros()) - before;
  const ways = await openLoop({
    direct,
    through: launch.target,
    body: STREAMED_QUESTION,
    rate: STREAM_RATE,
    seconds: plan.latencySeconds,
  });
  return {
    eventMicros: spent / events,
    firstTokenP50Millis: added(ways, 'firstByteMillis', 0.5),
    firstTokenP99Millis: added(ways, 'firstByteMillis', 0.99),
  };
}

async function onGround<T>(subject: Subject, upstream: Upstream, work: (ground: Ground) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const launch = subject.launch({ port: await freePort(), upstream: upstream.baseUrl, directory });
  const running = await run({ ...launch, core: 'subject' });
  try {
    await launch.prepare?.();
    return await work({ running, launch, directory });
  } catch (error) {
    if (error instanceof WrongAnswer) throw error;
    throw new Error(`It failed under load and said: ${running.lastWords()}`, { cause: error });
  } finally {
    closeConnections();
    await running.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

function added({ direct, through }: BothWays, moment: 'endMillis' | 'firstByteMillis', share: number): number {
  const at = (way: BothWays['direct']) =>
    quantile(
      way.map((answer) => answer[moment]),
      share,
    );
  return at(through) - at(direct);
}

function refuse(problem: string | undefined): void {
  if (problem !== undefined) throw new WrongAnswer(problem);
}
