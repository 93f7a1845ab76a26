import { isDeepStrictEqual } from 'node:util';
import { type Exchange, exchange } from './load/exchange.ts';
import type { Target } from './subjects/subject.ts';
import { ANSWER, EVENTS, QUESTION, STREAMED_QUESTION } from './workload.ts';

/** What is wrong with a subject's answer to a plain call, or undefined when it is the upstream's answer. */
export async function proveAnswer(target: Target): Promise<string | undefined> {
  const { status, body } = await exchange(target, QUESTION);
  if (status !== 200) return wrongStatus({ status, body });
  if (!sameJson(body, ANSWER)) return `the answer differs from the upstream's: ${body.slice(0, 300)}`;
  return undefined;
}

/** What is wrong with a subject's stream, or undefined when every event arrived, in order, to the end. */
export async function proveStream(target: Target): Promise<string | undefined> {
  const { status, body } = await exchange(target, STREAMED_QUESTION);
  if (status !== 200) return wrongStatus({ status, body });
  const events = body.split('\n\n').filter((event) => event !== '');
  if (events.length !== EVENTS.length) return `${events.length} of ${EVENTS.length} events arrived`;
  const wrong = events.findIndex((event, index) => !sameEvent(event, EVENTS[index] ?? ''));
  return wrong === -1 ? undefined : `event ${wrong} differs: ${events[wrong]?.slice(0, 300)}`;
}

function wrongStatus({ status, body }: Pick<Exchange, 'status' | 'body'>): string {
  return `status ${status} instead of 200: ${body.slice(0, 300)}`;
}

function sameEvent(actual: string, expected: string): boolean {
  const [left, right] = [actual.trim(), expected.trim()].map((event) => event.replace(/^data: ?/, ''));
  return left === right || sameJson(left ?? '', right ?? '');
}

function sameJson(left: string, right: string): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(left), JSON.parse(right));
  } catch {
    return false;
  }
}
