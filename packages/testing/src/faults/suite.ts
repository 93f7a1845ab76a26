import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningGateway, StartGateway } from '../clients/gateway.ts';
import type { FaultResult } from './fault.ts';
import { FAULTS } from './faults.ts';
import { judgeFault } from './judge-faults.ts';
import { type FaultScene, setScene } from './scene.ts';
import { type FaultVendors, startFaultVendors } from './vendors.ts';

/** A gateway to let faults happen to. */
export interface FaultSubject {
  /** The runtime, for the titles of tests. */
  readonly name: string;
  readonly start: StartGateway;
}

/** The sixteen faults, each with a verdict no worse than the published one: at least 13 pass, and none fails. */
export function testFaults({ name, start }: FaultSubject): void {
  describe(`sixteen faults of upstreams behind ${name}`, () => {
    let vendors: FaultVendors;
    let gateway: RunningGateway;
    let scene: FaultScene;
    const results: FaultResult[] = [];
    beforeAll(async () => {
      vendors = await startFaultVendors();
      gateway = await start(vendors.env);
      scene = setScene(vendors, gateway);
    });
    afterAll(async () => {
      await gateway?.stop();
      await vendors?.stop();
    });

    test.each(FAULTS)('fault $number, $name: $expected', async (fault) => {
      const result = await judgeFault(fault, scene);
      results.push(result);
      expect([fault.expected, 'pass'], result.seen).toContain(result.verdict);
    });

    test('at least 13 of 16 pass, and none fails', () => {
      const verdicts = results.map(({ verdict }) => verdict);
      expect(verdicts).toHaveLength(16);
      expect(verdicts).not.toContain('fail');
      expect(verdicts.filter((verdict) => verdict === 'pass').length).toBeGreaterThanOrEqual(13);
    });
  });
}
