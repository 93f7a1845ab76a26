import { expect, vi } from 'vitest';
import type { LaunchedGateway } from '../launch.ts';
import { type Answer, ask } from '../runtime/client.ts';
import { administer } from '../runtime/gateways.ts';
import { CHAT_REQUEST } from '../runtime/samples.ts';
import { JSON_HEADERS } from '../runtime/scene.ts';

export interface ChatOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Without a key of the client's own. */
  readonly isKeyless?: boolean;
}

/** Sends a chat to a gateway of one process. */
export function chat(process: LaunchedGateway, gateway: string, options: ChatOptions = {}): Promise<Answer> {
  const { headers, isKeyless = false } = options;
  const { authorization = '', ...keyless } = JSON_HEADERS;
  return ask(`${process.url}/v1/default/${gateway}/openai/chat/completions`, {
    method: 'POST',
    headers: { ...keyless, ...(!isKeyless && { authorization }), ...headers },
    body: CHAT_REQUEST,
  });
}

/** So many chats at once, in turns to each of the processes. */
export function chats(
  processes: readonly LaunchedGateway[],
  gateway: string,
  count: number,
  options?: ChatOptions,
): Promise<Answer[]> {
  return Promise.all(
    Array.from({ length: Math.ceil(count / processes.length) }, () =>
      processes.map((process) => chat(process, gateway, options)),
    ).flat(),
  );
}

/** How often each status came: `{ 200: 25, 429: 175 }`. */
export function tally(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** Does it again and again until it holds; what others changed or brought back is seen a little later. */
export function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  return vi.waitFor(attempt, { timeout: 15_000, interval: 50 });
}

/** Calls until the answer has this status. */
export function untilStatus(status: number, call: () => Promise<Answer>): Promise<Answer> {
  return eventually(async () => {
    const answer = await call();
    expect(answer.status, answer.text()).toBe(status);
    return answer;
  });
}

export function cacheStatusOf({ headers }: Answer): unknown {
  return headers['cf-aig-cache-status'];
}

/** Chats until the cache answers. */
export function untilHit(process: LaunchedGateway, gateway: string, options?: ChatOptions): Promise<Answer> {
  return eventually(async () => {
    const answer = await chat(process, gateway, options);
    expect(cacheStatusOf(answer)).toBe('HIT');
    return answer;
  });
}

/** Waits for the row of an answer: then whatever is done behind it, keeping it in the cache too, has been done. */
export async function settled(process: LaunchedGateway, gateway: string, answer: Answer): Promise<void> {
  const id = answer.headers['cf-aig-log-id'];
  await eventually(async () => expect(await rowIds(process, gateway)).toContain(id));
}

/** The ids of all rows of a gateway, as one process lists them. */
export async function rowIds(process: LaunchedGateway, gateway: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let page = 1; ; page++) {
    const answer = await administer(process, `gateways/${gateway}/logs?per_page=50&page=${page}`);
    expect(answer.status, answer.text()).toBe(200);
    const { result } = answer.json<{ result: { id: string }[] }>();
    ids.push(...result.map(({ id }) => id));
    if (result.length < 50) return ids;
  }
}

/** A limit whose window no test meets the end of. */
export function hourly(limit: number): object {
  return { rate_limiting_interval: 3600, rate_limiting_limit: limit };
}
