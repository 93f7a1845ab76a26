import type { RunningGateway } from '../clients/gateway.ts';
import { createGateway } from '../clients/manage.ts';
import { type FaultAnswer, readAnswer } from './answer.ts';
import type { FaultVendors } from './vendors.ts';

/** Where faults happen: upstreams, and gateways in front of them. */
export interface FaultScene extends FaultVendors {
  /** A gateway that this fault has for itself, so that no circuit opened before is in its way. */
  gateway(name: string, traffic?: object): Promise<FaultGateway>;
}

/** One gateway under test, called as a user would. */
export interface FaultGateway {
  /**
   * Posts these steps to the universal endpoint and reads the answer to its end; `onBegin` is called when the first piece
   * of it has come. Rejects when that takes too long.
   */
  ask(steps: readonly Step[], onBegin?: () => void): Promise<FaultAnswer>;
  /** The row that an answer left in the log. */
  row(answer: FaultAnswer): Promise<FaultRow>;
}

/** A step of the universal endpoint. */
export interface Step {
  readonly provider: string;
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: object;
  readonly config?: object;
}

/** The parts of a log row that faults look at. */
export interface FaultRow {
  readonly provider: string;
  readonly model: string;
  readonly success: boolean;
  readonly partial: boolean;
  readonly step: number;
  readonly tokens_in: number | null;
  readonly tokens_out: number | null;
  readonly attempts: readonly { readonly provider: string; readonly status_code: number | null }[];
}

/** Sets the scene with a running gateway. */
export function setScene(vendors: FaultVendors, running: RunningGateway): FaultScene {
  return {
    ...vendors,
    gateway: async (name, traffic = {}) => {
      await createGateway(running, { id: name, traffic });
      return {
        ask: (steps, onBegin) => ask(running, name, steps, onBegin),
        row: (answer) => rowOf(running, name, answer),
      };
    },
  };
}

/** No caller waits longer than this, in milliseconds; more is a hang. */
const HANG_MS = 10_000;
const ROW_MS = 5000;

async function ask(
  { url }: RunningGateway,
  name: string,
  steps: readonly Step[],
  onBegin: () => void = () => {},
): Promise<FaultAnswer> {
  const startedAt = performance.now();
  const response = await fetch(`${url}/v1/default/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(steps),
    signal: AbortSignal.timeout(HANG_MS),
  });
  let text = '';
  for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += piece;
    onBegin();
  }
  return readAnswer(response.status, response.headers, text, performance.now() - startedAt);
}

async function rowOf({ url, adminToken }: RunningGateway, name: string, { headers }: FaultAnswer): Promise<FaultRow> {
  const id = headers.get('cf-aig-log-id');
  const address = `${url}/client/v4/accounts/default/ai-gateway/gateways/${name}/logs/${id}`;
  const deadline = performance.now() + ROW_MS;
  for (;;) {
    const answer = await fetch(address, { headers: { authorization: `Bearer ${adminToken}` } });
    if (answer.status === 200) return ((await answer.json()) as { result: FaultRow }).result;
    if (performance.now() > deadline) throw new Error(`There is no row of the call: ${await answer.text()}`);
    // Rows are written behind the answer.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
