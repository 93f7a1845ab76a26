/** Something that stands between a client and an upstream, and can be measured there. */
export interface Subject {
  readonly name: string;
  readonly version: string;
  /** The subject that does the same work in the cheapest way on the same runtime, to compare streams with. */
  readonly untouched?: string;
  readonly budget?: Budget;
  /** What has to be installed first, or undefined when it can run here. */
  missing(): string | undefined;
  launch(place: Place): Launch;
}

/** What the design allows a subject to spend. */
export interface Budget {
  /** Microseconds of CPU for a call that is not streamed. */
  readonly callMicros: number;
  /** What an event may cost more than untouched: 0.2 is 20 %. */
  readonly eventOverhead: number;
}

/** Where a subject has to stand. */
export interface Place {
  readonly port: number;
  /** The vendor's base URL, `/v1` included. */
  readonly upstream: string;
  /** An empty directory that is removed afterwards. */
  readonly directory: string;
}

/** How to start a subject, and where to send calls then. */
export interface Launch {
  readonly command: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  /** Answers 200 once the subject is ready. */
  readonly readyUrl: string;
  readonly target: Target;
  /** Sets the subject up once it is ready. */
  prepare?(): Promise<void>;
  /** How many calls the subject has stored, when it stores them. */
  stored?(): Promise<number>;
}

/** Where calls are sent. */
export interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Each call asks something else, so that no cache can answer it. */
  readonly isVaried?: boolean;
}

/** The headers that every client of an OpenAI-like vendor sends. The key is not one. */
export const CLIENT_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'application/json',
  authorization: 'Bearer sk-test-not-a-key',
};
