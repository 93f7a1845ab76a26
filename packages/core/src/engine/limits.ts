/** Bounds that keep one call from hurting the others. */
export interface Limits {
  /** The largest request body, in bytes; past it the client gets 413. */
  readonly maxRequestBytes: number;
  /** Answers up to this size are read whole before they leave; larger ones are forwarded as they arrive. */
  readonly maxBufferedReplyBytes: number;
  /** How long to wait for the head of an upstream's answer, in milliseconds; past it the client gets 504. */
  readonly firstByteTimeoutMs: number;
  /** How long an upstream may stay silent in the middle of an answer, in milliseconds. */
  readonly idleTimeoutMs: number;
}

/** Reasoning models may think for minutes before the first byte and between two, so time limits are wide. */
export const DEFAULT_LIMITS: Limits = {
  maxRequestBytes: 100 * 1024 * 1024,
  maxBufferedReplyBytes: 16 * 1024 * 1024,
  firstByteTimeoutMs: 15 * 60 * 1000,
  idleTimeoutMs: 5 * 60 * 1000,
};
