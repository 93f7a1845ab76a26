import { createGateway, type Provider, webRuntime } from '@sluice/core';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { rateLimit } from '../../../plugins/rate-limit/src/index.ts';
import { type OpenCounters, openCounters } from '../test/open-counters.ts';
import { type MissingService, startPostgres, startRedis, type TestService } from './services/index.ts';

testOutages('redis', await startRedis());
testOutages('postgres', await startPostgres());

/** What happens to calls while the place of their counts is away, and after. */
function testOutages(kind: string, service: TestService | MissingService): void {
  if ('missing' in service) {
    console.log(`Outages of ${kind} are not tested. ${service.missing}`);
    return void describe.skip(kind, () => test('is installed', () => {}));
  }
  const open: OpenCounters[] = [];
  afterAll(async () => {
    for (const { close } of open) await close();
    await service.stop();
  });

  describe.each([
    { failOpen: true, meanwhile: 200 },
    { failOpen: false, meanwhile: 503 },
  ])(`${kind} that is away, failOpen $failOpen`, ({ failOpen, meanwhile }) => {
    const gatewayOf = async (limit: number) => {
      const opened = await openCounters(kind, service.url, { patient: false });
      open.push(opened);
      return startGateway(opened, failOpen, limit);
    };

    test.each(['kill', 'pause'] as const)(
      'after a %s no call hangs, and limits hold again by themselves',
      async (way) => {
        const { statuses, reports } = await gatewayOf(1);
        expect(await statuses(2)).toEqual([200, 429]);
        await service[way]();
        expect(await statuses(5)).toEqual(Array(5).fill(meanwhile));
        expect(reports).toHaveLength(1);
        if (way === 'kill') await service.restart();
        else service.resume();
        await vi.waitFor(async () => expect(await statuses(1)).toEqual([429]), { timeout: 20_000 });
      },
    );
  });

  test(`${kind} that was away at the start is found when it comes`, async () => {
    await service.kill();
    const opened = await openCounters(kind, service.url, { patient: false });
    open.push(opened);
    const { statuses } = startGateway(opened, false, 1000);
    expect(await statuses(1)).toEqual([503]);
    await service.restart();
    await vi.waitFor(async () => expect(await statuses(1)).toEqual([200]), { timeout: 20_000 });
  });
}

let gateways = 0;

function startGateway({ counters }: OpenCounters, failOpen: boolean, limit: number) {
  const reports: string[] = [];
  const settings = {
    authentication: false,
    collectLogs: false,
    rateLimitingLimit: limit,
    rateLimitingInterval: 86_400,
  };
  const gateway = createGateway({
    providers: [echo],
    runtime: webRuntime({
      transport: {
        send: async () => ({ status: 200, headers: {}, body: { read: async () => undefined, cancel: () => {} } }),
      },
    }),
    settings: { gateway: (account, id) => ({ account, id, ...settings }) },
    plugins: [rateLimit({ counters, failOpen })],
    report: (problem) => reports.push(problem),
  });
  const url = `http://gateway.test/v1/acme/gateway-${++gateways}/echo/chat`;
  const statuses = async (calls: number): Promise<number[]> => {
    const seen: number[] = [];
    for (let call = 0; call < calls; call++) seen.push((await gateway.fetch(new Request(url))).status);
    return seen;
  };
  return { statuses, reports };
}

const echo: Provider = {
  id: 'echo',
  baseUrl: 'https://echo.test',
  credentialHeaders: [],
  resolve: ({ path }, { baseUrl }) => ({ url: `${baseUrl}/${path}`, path, protocol: undefined }),
};
