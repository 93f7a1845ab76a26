import { expect, vi } from 'vitest';
import type { RunningGateway } from './gateway.ts';
import type { Tokens } from './script.ts';

/** The parts of a log row that say what a call was and how it ended, as the management API names them. */
export interface LogRow {
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  readonly status_code: number;
  readonly success: boolean;
  readonly cached: boolean;
  readonly tokens_in: number | null;
  readonly tokens_out: number | null;
  /** US dollars. */
  readonly cost: number | null;
  readonly duration: number;
  readonly timings: { readonly total: number; readonly latency: number };
}

/** What a call must have left in the log. */
export interface ExpectedRow {
  readonly provider: string;
  readonly model: string;
  /** 200 when left out. */
  readonly status?: number;
  readonly tokens: Tokens;
  /** US dollars; not looked at when left out. */
  readonly cost?: number;
}

/** The row of a call. Rows are written behind the answer, so this asks until it is there or ten seconds are over. */
export async function fetchLogRow(gateway: RunningGateway, id: string): Promise<LogRow> {
  const url = `${gateway.url}/client/v4/accounts/default/ai-gateway/gateways/default/logs/${id}`;
  const headers = { authorization: `Bearer ${gateway.adminToken}` };
  return vi.waitFor(
    async () => {
      const reply = await fetch(url, { headers });
      const text = await reply.text();
      expect(reply.status, `GET ${url} answered ${text}`).toBe(200);
      return (JSON.parse(text) as { result: LogRow }).result;
    },
    { timeout: 10_000, interval: 20 },
  );
}

/** Holds a row against what the client saw. */
export function expectRow(row: LogRow, { provider, model, status = 200, tokens, cost }: ExpectedRow): void {
  expect(row).toMatchObject({
    provider,
    model,
    status_code: status,
    success: status < 400,
    cached: false,
    tokens_in: tokens.in,
    tokens_out: tokens.out,
    ...(cost !== undefined && { cost }),
  });
  expect(row.timings.latency).toBeGreaterThanOrEqual(0);
  expect(row.timings.total).toBeGreaterThanOrEqual(row.timings.latency);
}
