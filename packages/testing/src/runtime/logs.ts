import { vi } from 'vitest';
import type { RunningGateway } from '../clients/gateway.ts';
import { type Answer, ask } from './client.ts';

/** A log row in detail, as the management API shows it. */
export interface LogDetail {
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  readonly path: string;
  readonly status_code: number;
  readonly success: boolean;
  readonly tokens_in: number | null;
  readonly tokens_out: number | null;
  readonly cost: number | null;
  readonly step: number;
  readonly duration: number;
  readonly timings: { readonly total: number; readonly latency: number };
  readonly request_head?: string;
  readonly response_head?: string;
}

/** The row of a call, as soon as it is there: rows are written behind the answer. */
export async function rowOf(gateway: RunningGateway, id: unknown): Promise<LogDetail> {
  return vi.waitFor(
    async () => {
      const answer = await manage(gateway, `logs/${id}`);
      if (answer.status !== 200) throw new Error(`No row ${id}: ${answer.status} ${answer.text()}`);
      return answer.json<{ result: LogDetail }>().result;
    },
    { timeout: 10_000, interval: 20 },
  );
}

/** What is stored of a call's bodies, as text. */
export async function bodiesOf(gateway: RunningGateway, id: unknown): Promise<readonly string[]> {
  const [request, response] = await Promise.all([
    manage(gateway, `logs/${id}/request`),
    manage(gateway, `logs/${id}/response`),
  ]);
  return [request.text(), response.text()];
}

/** The newest row, once there is one that the predicate takes. */
export async function rowWhere(gateway: RunningGateway, wanted: (row: LogDetail) => boolean): Promise<LogDetail> {
  return vi.waitFor(
    async () => {
      const found = (await rows(gateway)).find(wanted);
      if (found === undefined) throw new Error('There is no such row.');
      return found;
    },
    { timeout: 10_000, interval: 20 },
  );
}

/** The newest rows of the default gateway. */
export async function rows(gateway: RunningGateway): Promise<readonly LogDetail[]> {
  const answer = await manage(gateway, 'logs?per_page=50&order_by=created_at&order_by_direction=desc');
  return answer.json<{ result: LogDetail[] }>().result;
}

function manage({ url, adminToken }: RunningGateway, path: string): Promise<Answer> {
  const base = `${url}/client/v4/accounts/default/ai-gateway/gateways/default`;
  return ask(`${base}/${path}`, { headers: { authorization: `Bearer ${adminToken}` } });
}
