import type { Metadata } from './call.ts';

/** One row of the log: what lists and filters need. Bodies lie apart. */
export interface LogRecord {
  /** The call's id. */
  readonly id: string;
  readonly account: string;
  readonly gateway: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly eventId: string;
  readonly step: number;
  readonly provider: string;
  /** The model that answered, else the one asked for, else the empty string. */
  readonly model: string;
  /** The operation: `chat`, `embeddings`, ... */
  readonly modelType: string;
  readonly method: string;
  /** Below the provider's slug, with its query less its secrets. */
  readonly path: string;
  readonly requestType: string;
  readonly requestContentType: string;
  readonly responseContentType: string;
  readonly statusCode: number;
  readonly success: boolean;
  readonly cached: boolean;
  readonly streamed: boolean;
  /** The client left before the end. */
  readonly abandoned: boolean;
  /** The answer broke off; the usage covers only a part. */
  readonly partial: boolean;
  /** The code and message of what went wrong, ours or the vendor's. */
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly finishReason: string | null;
  /** From the first byte in to the last byte out, in milliseconds. */
  readonly durationMs: number;
  /** To the head of the answer, in milliseconds. */
  readonly latencyMs: number;
  /** To the first piece of content of a streamed answer, in milliseconds. */
  readonly timeToFirstChunkMs: number | null;
  readonly tokensIn: number | null;
  readonly tokensOut: number | null;
  readonly cacheReadTokens: number | null;
  readonly cacheWriteTokens: number | null;
  readonly reasoningTokens: number | null;
  readonly inputAudioTokens: number | null;
  readonly outputAudioTokens: number | null;
  /** 10⁻⁹ US dollars; null when unknown. */
  readonly costNanos: number | null;
  readonly customCost: boolean;
  readonly metadata: Metadata | null;
  readonly userAgent: string | null;
  readonly authenticated: boolean;
  readonly requestSize: number;
  readonly responseSize: number;
  /** Every try, first to last. */
  readonly attempts: readonly LogAttempt[];
  /** What people thought of the answer: 1, 0 or -1; null until somebody says. */
  readonly feedback: number | null;
  readonly score: number | null;
}

export interface LogAttempt {
  readonly provider: string;
  /** As the request names it. */
  readonly model: string | null;
  readonly step: number;
  /** The id of the stored credential in use; null for the client's own. */
  readonly credential: string | null;
  readonly startedAt: number;
  readonly durationMs: number | null;
  readonly status: number | null;
  readonly error: string | null;
}

/** What was said, word for word. Null for what was not kept. */
export interface LogBodies {
  readonly request: Uint8Array | null;
  readonly response: Uint8Array | null;
}

/** A row and its bodies on the way to the store. */
export interface LogEntry {
  readonly record: LogRecord;
  /** Null when only the row is kept. */
  readonly bodies: LogBodies | null;
}

/** Where the log is kept. */
export interface LogSink {
  /** Writes all of them or none, and rejects when it could not. Writing the same id twice keeps the first. */
  insert(entries: readonly LogEntry[]): Promise<void>;
}
