import { LLMock } from '@copilotkit/aimock';
import { geminiV1 } from './gemini-v1.ts';
import { askToFail, CHAT_TOKENS, FAILURES, OUT_OF_ORDER, SCRIPT, TRANSCRIPTION_TOKENS } from './script.ts';

/** Stand-ins of every vendor on one local port, answering by the script. */
export interface Vendors {
  /** The base URL of a vendor's stand-in: what its provider's base URL is in the gateway. */
  base(provider: ProviderSlug): string;
  /** The environment that points a gateway's providers at the stand-ins. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** The vendors that are played. */
export type ProviderSlug =
  | 'openai'
  | 'anthropic'
  | 'google-ai-studio'
  | 'mistral'
  | 'cohere'
  | 'ollama'
  | 'aws-bedrock';

/** Starts the stand-ins. A question that the script does not know answers 503, so a garbled body is noticed. */
export async function startVendors(): Promise<Vendors> {
  const mock = new LLMock({ host: '127.0.0.1', port: 0, strict: true });
  // The first match answers.
  mock.on(
    { model: new RegExp(`^${OUT_OF_ORDER}`) },
    { status: 503, error: { message: 'Out of order.', type: 'overloaded_error' } },
  );
  playChat(mock);
  playFailures(mock);
  playMedia(mock);
  mock.mount('/v1/models', geminiV1());
  await mock.start();
  const base = (provider: ProviderSlug) => mock.url + BASE_PATHS[provider];
  return {
    base,
    env: Object.fromEntries(PROVIDERS.map((provider) => [variable(provider), base(provider)])),
    stop: () => mock.stop(),
  };
}

/** What stands in a vendor's base URL behind the host. */
const BASE_PATHS: Readonly<Record<ProviderSlug, string>> = {
  openai: '/v1',
  anthropic: '',
  'google-ai-studio': '',
  mistral: '',
  cohere: '',
  ollama: '',
  'aws-bedrock': '',
};

const PROVIDERS = Object.keys(BASE_PATHS) as ProviderSlug[];

function variable(provider: ProviderSlug): string {
  return `SLUICE_PROVIDER_${provider.toUpperCase().replaceAll('-', '_')}_BASE_URL`;
}

/** Fixed, so that two answers to one question are the same bytes. */
const ENVELOPE = {
  id: 'answer-1',
  created: 1_790_000_000,
  // OpenAI's, Anthropic's and Google's names for the same two figures.
  usage: {
    prompt_tokens: CHAT_TOKENS.in ?? 0,
    completion_tokens: CHAT_TOKENS.out ?? 0,
    input_tokens: CHAT_TOKENS.in ?? 0,
    output_tokens: CHAT_TOKENS.out ?? 0,
    promptTokenCount: CHAT_TOKENS.in ?? 0,
    candidatesTokenCount: CHAT_TOKENS.out ?? 0,
  },
};

function playChat(mock: LLMock): void {
  const { greeting, weather } = SCRIPT;
  // The first match answers, and a tool's result is sent along with the question it belongs to.
  mock.onToolResult(weather.tool.id, { ...ENVELOPE, content: weather.answer });
  mock.onMessage(weather.ask, { ...ENVELOPE, toolCalls: [weather.tool] });
  mock.onMessage(greeting.ask, { ...ENVELOPE, content: greeting.answer });
}

function playFailures(mock: LLMock): void {
  for (const { status, message, type, grpc } of FAILURES) {
    const userMessage = askToFail(status);
    mock.on({ userMessage, model: /^gemini/ }, { status, error: { message, type: grpc } });
    mock.on({ userMessage }, { status, error: { message, type, code: type } });
  }
}

function playMedia(mock: LLMock): void {
  const { embedding, image, speech, transcription } = SCRIPT;
  mock.onEmbedding(embedding.ask, { embedding: [...embedding.vector] });
  mock.onImage(image.ask, { image: { b64Json: image.png } });
  mock.onSpeech(speech.ask, { audio: Buffer.from(speech.mp3).toString('base64'), format: 'mp3' });
  const { in: input_tokens, out: output_tokens } = TRANSCRIPTION_TOKENS;
  mock.onTranscription({
    transcription: {
      text: transcription.answer,
      usage: { type: 'tokens', input_tokens, output_tokens, total_tokens: 20 },
    },
  });
}
