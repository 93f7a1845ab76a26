/** What a model consumed and produced, in tokens. `null` means that the vendor did not say, never zero. */
export interface Usage {
  /** Every input token, cached reads and cache writes included. */
  readonly inputTokens: number | null;
  /** Every generated token, reasoning included. */
  readonly outputTokens: number | null;
  /** Subset of `inputTokens` that was read from the vendor's prompt cache. */
  readonly cacheReadTokens: number | null;
  /** Subset of `inputTokens` that was written to the vendor's prompt cache. */
  readonly cacheWriteTokens: number | null;
  /** Subset of `outputTokens` spent on reasoning. */
  readonly reasoningTokens: number | null;
  /** Subset of `inputTokens` that was audio. */
  readonly inputAudioTokens: number | null;
  /** Subset of `outputTokens` that was audio. */
  readonly outputAudioTokens: number | null;
  /** Subset of `cacheWriteTokens` kept for an hour, which costs more than the usual minutes. */
  readonly cacheWrite1hTokens?: number;
  /** Subset of `inputTokens` that was pictures. */
  readonly inputImageTokens?: number;
  /** Subset of `outputTokens` that was pictures. */
  readonly outputImageTokens?: number;
  /** Tokens the vendor bills when they differ from those it counts (Cohere hides its prompt template). */
  readonly billed?: { readonly inputTokens: number; readonly outputTokens: number };
  /** Quantities that are not tokens: `seconds`, `characters`, `images`, `searches`, `neurons`. */
  readonly units?: Readonly<Record<string, number>>;
  /** US dollars, when the vendor states the price of the call itself. */
  readonly reportedCost?: number;
}

/** Why a model stopped, in one vocabulary for all vendors. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'error' | 'other';

/** A usage in which nothing is known yet. */
export const UNKNOWN_USAGE: Usage = {
  inputTokens: null,
  outputTokens: null,
  cacheReadTokens: null,
  cacheWriteTokens: null,
  reasoningTokens: null,
  inputAudioTokens: null,
  outputAudioTokens: null,
};
