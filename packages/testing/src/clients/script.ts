/** What clients ask and the stand-ins answer, the same words for every vendor. */
export const SCRIPT: Script = {
  greeting: { ask: 'Say hello', answer: 'Hello from the far side of the wire.' },
  weather: {
    ask: 'What is the weather in Paris?',
    tool: { id: 'call_weather', name: 'get_weather', arguments: { city: 'Paris' } },
    result: '21 degrees, sunny',
    answer: 'It is 21 degrees and sunny in Paris.',
  },
  embedding: { ask: 'A text to embed', vector: [0.25, -0.5, 0.75] },
  image: { ask: 'A cat in a hat', png: 'iVBORw0KGgoAAAANSUhEUg==' },
  // The first bytes of an MP3 file, then bytes that are no valid UTF-8: a gateway that decodes them breaks them.
  speech: {
    ask: 'Read this aloud',
    mp3: Uint8Array.from([0x49, 0x44, 0x33, 0x04, 0x00, 0xff, 0xfb, 0x90, 0xc0, 0x80]),
  },
  transcription: { answer: 'These words were spoken.' },
};

/** Tokens that every chat of the script reports. */
export const CHAT_TOKENS: Tokens = { in: 17, out: 9 };

/** Tokens that the transcription reports. */
export const TRANSCRIPTION_TOKENS: Tokens = { in: 14, out: 6 };

/** Tokens of an embedding: its stand-in does not count them and says so with a zero. */
export const EMBEDDING_TOKENS: Tokens = { in: 0, out: null };

/** An answer whose vendor tells no tokens, or one that failed. */
export const UNKNOWN_TOKENS: Tokens = { in: null, out: null };

/** The failures a vendor can be asked for, in OpenAI's and in Google's words. */
export const FAILURES: readonly Failure[] = [
  { status: 401, message: 'Incorrect API key provided.', type: 'authentication_error', grpc: 'UNAUTHENTICATED' },
  { status: 429, message: 'Slow down, please.', type: 'rate_limit_error', grpc: 'RESOURCE_EXHAUSTED' },
  { status: 500, message: 'The server had an error.', type: 'api_error', grpc: 'INTERNAL' },
];

/** Models whose names begin with this fail with 503, whatever they are asked. */
export const OUT_OF_ORDER = 'out-of-order';

/** The question that makes a vendor fail with this status. */
export function askToFail(status: number): string {
  return `Fail with ${status}`;
}

/** What a call costs in tokens; null where the vendor does not say. */
export interface Tokens {
  readonly in: number | null;
  readonly out: number | null;
}

/** One failure of a vendor. */
export interface Failure {
  readonly status: number;
  readonly message: string;
  /** `error.type` of OpenAI and Anthropic. */
  readonly type: string;
  /** `error.status` of Google. */
  readonly grpc: string;
}

/** The words of the play. */
export interface Script {
  readonly greeting: { readonly ask: string; readonly answer: string };
  readonly weather: {
    readonly ask: string;
    readonly tool: { readonly id: string; readonly name: string; readonly arguments: { readonly city: string } };
    readonly result: string;
    readonly answer: string;
  };
  readonly embedding: { readonly ask: string; readonly vector: readonly number[] };
  readonly image: { readonly ask: string; readonly png: string };
  readonly speech: { readonly ask: string; readonly mp3: Uint8Array };
  readonly transcription: { readonly answer: string };
}
