/** What calls add up to. What a vendor did not say counts as nothing. */
export interface RollupSums {
  readonly requests: number;
  /** Calls that did not end in a whole success. */
  readonly failures: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly reasoningTokens: number;
  /** 10⁻⁹ US dollars. */
  readonly costNanos: number;
  /** What answers from the cache would have cost, in 10⁻⁹ US dollars. */
  readonly savedNanos: number;
}

/** What all rows of one writer share: the minute, and how the times of its calls are spread. */
interface MinuteRow extends RollupSums {
  /** The beginning of the minute, in milliseconds since 1970. */
  readonly start: number;
  readonly account: string;
  readonly gateway: string;
  /**
   * Who counted: nobody else writes rows of this name for this minute, so a later row of it takes the place of an
   * earlier one and nothing is counted twice.
   */
  readonly writer: string;
  /** A `Sketch` of the milliseconds that whole calls took. */
  readonly durations: Uint8Array;
  /** A `Sketch` of the milliseconds to the first piece of streamed answers. */
  readonly firstChunks: Uint8Array;
}

/** The calls of one minute that are alike. */
export interface Rollup extends MinuteRow {
  readonly provider: string;
  readonly model: string;
  readonly statusCode: number;
  /** Empty for a success. */
  readonly errorCode: string;
  readonly cached: boolean;
}

/** The calls of one minute that carry this pair of metadata. */
export interface MetadataRollup extends MinuteRow {
  readonly key: string;
  readonly value: string;
  readonly cachedRequests: number;
}

/** Where roll-ups are kept. */
export interface RollupSink {
  /** Writes all of them or none, and rejects when it could not. Of two rows with one name the one with more requests stays. */
  write(rollups: readonly Rollup[], metadata: readonly MetadataRollup[]): Promise<void>;
}
