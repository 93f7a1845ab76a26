import { expect, vi } from 'vitest';
import { createGateway, type GatewayFields } from '../clients/manage.ts';
import { type Answer, ask, type ClientRequest } from './client.ts';
import type { LogDetail } from './logs.ts';
import { CHAT_REQUEST } from './samples.ts';
import { JSON_HEADERS, type Scene } from './scene.ts';

/** A gateway of one test's own. */
export interface OwnGateway {
  readonly id: string;
  /** The universal endpoint, without a trailing slash. */
  readonly root: string;
  /** Sends a chat to `openai`, or what is stated in its place. */
  chat(headers?: Readonly<Record<string, string>>, other?: OtherThanChat): Promise<Answer>;
  /** Posts to the universal endpoint. */
  universal(body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** The row of an answered call, as soon as it is there. */
  row(answer: Answer): Promise<PolicyRow>;
}

/** How a call differs from a chat with the client's own key. */
export interface OtherThanChat {
  readonly path?: string;
  readonly body?: string;
  /** Without a key of the client's own. */
  readonly keyless?: boolean;
}

/** A log row with what policies leave in it. */
export interface PolicyRow extends LogDetail {
  readonly cached: boolean;
  readonly custom_cost: boolean;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly attempts: readonly {
    readonly status_code: number | null;
    readonly credential: string | null;
    readonly error: string | null;
  }[];
}

/** Creates a gateway with these published fields. */
export async function ownGateway({ gateway }: Scene, fields: GatewayFields): Promise<OwnGateway> {
  await createGateway(gateway, fields);
  const root = `${gateway.url}/v1/default/${fields.id}`;
  const post = (url: string, headers: ClientRequest['headers'], body: string): Promise<Answer> =>
    ask(url, { method: 'POST', headers: { ...headers }, body });
  return {
    id: fields.id,
    root,
    chat: (headers = {}, { path = 'openai/chat/completions', body = CHAT_REQUEST, keyless = false } = {}) =>
      post(`${root}/${path}`, { ...(keyless ? KEYLESS : JSON_HEADERS), ...headers }, body),
    universal: (body, headers = {}) => post(root, { ...KEYLESS, ...headers }, JSON.stringify(body)),
    row: async (answer) => {
      const path = `gateways/${fields.id}/logs/${answer.headers['cf-aig-log-id']}`;
      const found = await vi.waitFor(
        async () => {
          const shown = await administer(gateway, path);
          expect(shown.status, shown.text()).toBe(200);
          return shown;
        },
        { timeout: 10_000, interval: 20 },
      );
      return found.json<{ result: PolicyRow }>().result;
    },
  };
}

const KEYLESS = { 'content-type': 'application/json' };

/** Asks the management API and shows its answer, good or not. */
export function administer(
  { url, adminToken }: Scene['gateway'],
  path: string,
  method = 'GET',
  body?: object,
): Promise<Answer> {
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
  const address = `${url}/client/v4/accounts/default/ai-gateway/${path}`;
  return ask(address, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
}

/** A step of the universal endpoint; `openai` unless told otherwise. */
export function step(fields: object = {}): object {
  const headers = { Authorization: 'Bearer sk-test-not-a-secret', 'Content-Type': 'application/json' };
  return { provider: 'openai', endpoint: 'v1/chat/completions', headers, query: JSON.parse(CHAT_REQUEST), ...fields };
}

/** The published shape of the gateway's own errors. */
export function expectGatewayError(answer: Answer, status: number, code: number): void {
  expect(answer.status, answer.text()).toBe(status);
  expect(answer.json()).toMatchObject({
    success: false,
    result: [],
    messages: [],
    error: [{ code, message: expect.any(String) }],
    name: 'AiGatewayError',
    httpCode: status,
    internalCode: code,
  });
}
