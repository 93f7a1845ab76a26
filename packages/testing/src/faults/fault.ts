import type { FaultScene } from './scene.ts';

/**
 * `pass`: the caller got what it should, and the gateway behaved. `safe`: not rescued, but a clean and bounded error.
 * `fail`: a hang, a truncated answer shown as a success, or a gateway that did what it should not.
 */
export type Verdict = 'pass' | 'safe' | 'fail';

/** One of the sixteen ways in which an upstream goes wrong. */
export interface Fault {
  readonly number: number;
  readonly name: string;
  /** The least that a gateway of ours must reach. */
  readonly expected: Verdict;
  /** Lets it happen to a gateway and judges what came of it. */
  readonly judge: (scene: FaultScene) => Promise<Finding>;
}

export interface Finding {
  readonly verdict: Verdict;
  /** In a sentence: what came back and what the upstreams were asked. */
  readonly seen: string;
}

/** A fault that happened. */
export interface FaultResult extends Finding {
  readonly number: number;
  readonly name: string;
}
