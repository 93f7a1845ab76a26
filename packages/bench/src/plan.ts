/** How much load, and for how long. Everything is bounded in time and in the number of open connections. */
export interface Plan {
  readonly name: 'full' | 'quick';
  /** Each subject is started afresh and measured once a round; medians are reported. */
  readonly rounds: number;
  readonly warmUpSeconds: number;
  readonly callSeconds: number;
  readonly streamSeconds: number;
  readonly latencySeconds: number;
}

/** The plan whose figures may be quoted. */
export const FULL: Plan = {
  name: 'full',
  rounds: 3,
  warmUpSeconds: 4,
  callSeconds: 5,
  streamSeconds: 6,
  latencySeconds: 6,
};

/** Says in two minutes whether something got much slower. */
export const QUICK: Plan = {
  name: 'quick',
  rounds: 1,
  warmUpSeconds: 1,
  callSeconds: 2,
  streamSeconds: 2,
  latencySeconds: 2,
};

/** Connections that ask without a pause while CPU time is counted. */
export const CONNECTIONS: number = 32;

/** Streams that are open at a time while CPU time is counted. */
export const OPEN_STREAMS: number = 32;

/** Calls a second while latency is measured: few enough that nobody queues. */
export const CALL_RATE: number = 100;

/** Streams a second while the time to the first token is measured. */
export const STREAM_RATE: number = 10;
