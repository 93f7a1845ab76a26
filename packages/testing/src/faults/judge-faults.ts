import type { StartGateway } from '../clients/gateway.ts';
import type { Fault, FaultResult } from './fault.ts';
import { FAULTS } from './faults.ts';
import { type FaultScene, setScene } from './scene.ts';
import { startFaultVendors } from './vendors.ts';

/** Lets all faults happen to a gateway, one after the other, and judges each. */
export async function judgeFaults(start: StartGateway): Promise<readonly FaultResult[]> {
  const vendors = await startFaultVendors();
  try {
    const gateway = await start(vendors.env);
    try {
      const scene = setScene(vendors, gateway);
      const results: FaultResult[] = [];
      for (const fault of FAULTS) results.push(await judgeFault(fault, scene));
      return results;
    } finally {
      await gateway.stop();
    }
  } finally {
    await vendors.stop();
  }
}

/** A gateway that hangs or breaks off has failed. */
export async function judgeFault({ number, name, judge }: Fault, scene: FaultScene): Promise<FaultResult> {
  try {
    return { number, name, ...(await inTime(judge(scene))) };
  } catch (error) {
    return { number, name, verdict: 'fail', seen: `it came to no good end: ${error}` };
  }
}

/** What a judge waits for may never come; no fault takes longer than this, in milliseconds. */
const PATIENCE_MS = 20_000;

async function inTime<T>(task: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`nothing for ${PATIENCE_MS} ms`)), PATIENCE_MS);
  try {
    return await Promise.race([task, late]);
  } finally {
    clearTimeout(timer);
  }
}
