import type { LogRecord } from './parts.ts';

/** What a row of a seeded log is like, without what makes it one: id, event and time. */
export type Template = Omit<LogRecord, 'id' | 'eventId' | 'createdAt'>;

/** A prime, so that every stride through them meets each of them. */
export const TEMPLATES = 10_007;

/** Rows as a busy team leaves them: a few models have most of the calls, one in twenty fails. The same ones each time. */
export function makeTemplates(account: string, gateway: string): Template[] {
  const random = randomSource(20_261_123);
  return Array.from({ length: TEMPLATES }, () => template(account, gateway, random));
}

type Random = () => number;

interface Model {
  readonly provider: string;
  readonly name: string;
  readonly weight: number;
  /** Nanodollars for a token. */
  readonly price: readonly [input: number, output: number];
}

const MODELS: readonly Model[] = [
  { provider: 'openai', name: 'gpt-5-mini', weight: 30, price: [250, 2000] },
  { provider: 'openai', name: 'gpt-5', weight: 16, price: [1250, 10_000] },
  { provider: 'anthropic', name: 'claude-sonnet-5', weight: 15, price: [3000, 15_000] },
  { provider: 'google-ai-studio', name: 'gemini-3-flash', weight: 12, price: [300, 2500] },
  { provider: 'openai', name: 'text-embedding-3-small', weight: 9, price: [20, 0] },
  { provider: 'anthropic', name: 'claude-haiku-5', weight: 6, price: [1000, 5000] },
  { provider: 'mistral', name: 'mistral-large-latest', weight: 4, price: [2000, 6000] },
  { provider: 'groq', name: 'llama-4-70b', weight: 3, price: [590, 790] },
  { provider: 'deepseek', name: 'deepseek-chat', weight: 2, price: [270, 1100] },
  { provider: 'anthropic', name: 'claude-opus-5', weight: 1.5, price: [15_000, 75_000] },
  { provider: 'aws-bedrock', name: 'amazon.nova-pro-v1:0', weight: 1, price: [800, 3200] },
  { provider: 'xai', name: 'grok-5', weight: 0.4, price: [3000, 15_000] },
  { provider: 'cohere', name: 'command-a-03', weight: 0.1, price: [2500, 10_000] },
];

/** Every model there is, the most used first. */
export const MODEL_NAMES: readonly string[] = MODELS.map(({ name }) => name);

const FAILURES = [
  { status: 429, weight: 25, code: 'rate_limit_exceeded', message: 'Rate limit reached for requests' },
  { status: 500, weight: 8, code: 'server_error', message: 'The server had an error while processing your request' },
  {
    status: 400,
    weight: 8,
    code: 'invalid_request_error',
    message: 'This model has a context window of 128000 tokens',
  },
  { status: 504, weight: 4, code: 'upstream_timeout', message: 'The provider sent no byte in 60000 ms.' },
  { status: 401, weight: 3, code: 'unauthorized', message: 'Unauthorized' },
  { status: 200, weight: 2, code: 'upstream_interrupted', message: 'The answer broke off.' },
];

function template(account: string, gateway: string, random: Random): Template {
  const model = chosen(MODELS, random);
  const failure = random() < 0.05 ? chosen(FAILURES, random) : undefined;
  const cached = failure === undefined && random() < 0.08;
  const isEmbedding = model.price[1] === 0;
  const streamed = !isEmbedding && random() < 0.6;
  const tokensIn = failure === undefined ? spread(900, 1.1, random) : null;
  const tokensOut = failure === undefined && !isEmbedding ? spread(260, 0.9, random) : null;
  const latencyMs = cached ? spread(3, 0.4, random) : spread(420, 0.6, random);
  const durationMs = latencyMs + (streamed && !cached ? spread(2600, 0.7, random) : 2);
  const costNanos = tokensIn === null ? null : tokensIn * model.price[0] + (tokensOut ?? 0) * model.price[1];
  return {
    account,
    gateway,
    step: 0,
    provider: model.provider,
    model: model.name,
    modelType: isEmbedding ? 'embeddings' : 'chat',
    method: 'POST',
    path: isEmbedding ? 'v1/embeddings' : 'v1/chat/completions',
    requestType: isEmbedding ? 'openai-embeddings' : 'openai-chat',
    requestContentType: 'application/json',
    responseContentType: streamed ? 'text/event-stream' : 'application/json',
    statusCode: failure?.status ?? 200,
    success: failure === undefined,
    cached,
    streamed,
    abandoned: false,
    partial: failure?.status === 200,
    errorCode: failure?.code ?? null,
    errorMessage: failure?.message ?? null,
    finishReason: failure === undefined && !isEmbedding ? 'stop' : null,
    durationMs,
    latencyMs,
    timeToFirstChunkMs: streamed && failure === undefined ? latencyMs + 1 : null,
    tokensIn,
    tokensOut,
    cacheReadTokens: tokensIn !== null && random() < 0.3 ? Math.floor(tokensIn / 2) : null,
    cacheWriteTokens: null,
    reasoningTokens: null,
    inputAudioTokens: null,
    outputAudioTokens: null,
    costNanos: cached ? 0 : costNanos,
    customCost: false,
    metadata: random() < 0.7 ? { team: `team-${whole(8, random)}`, user: `user-${whole(500, random)}` } : null,
    userAgent: random() < 0.5 ? 'OpenAI/JS 7.57.0' : 'ai-sdk/openai/4.0.118',
    authenticated: true,
    requestSize: spread(2400, 0.8, random),
    responseSize: spread(1800, 0.8, random),
    attempts: cached
      ? []
      : [
          {
            provider: model.provider,
            model: model.name,
            step: 0,
            credential: null,
            startedAt: 1_790_000_000_000,
            durationMs: latencyMs,
            status: failure?.status ?? 200,
            error: null,
          },
        ],
    feedback: random() < 0.01 ? (random() < 0.8 ? 1 : -1) : null,
    score: null,
  };
}

function chosen<T extends { readonly weight: number }>(all: readonly T[], random: Random): T {
  let left = random() * all.reduce((sum, { weight }) => sum + weight, 0);
  for (const one of all) {
    left -= one.weight;
    if (left <= 0) return one;
  }
  return all[0] as T;
}

/** Around a middle, with a long tail upwards. */
function spread(middle: number, width: number, random: Random): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.max(1, Math.round(middle * Math.exp(width * normal)));
}

function whole(below: number, random: Random): number {
  return Math.floor(random() * below);
}

/** Mulberry32: the same numbers from the same seed. */
function randomSource(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
