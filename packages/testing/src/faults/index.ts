export type { Fault, FaultResult, Finding, Verdict } from './fault.ts';
export { FAULTS } from './faults.ts';
export { judgeFaults } from './judge-faults.ts';
export { type FaultSubject, testFaults } from './suite.ts';
export { faultTable } from './table.ts';
