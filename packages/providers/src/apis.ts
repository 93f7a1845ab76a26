import type { Protocol } from '@sluice/core';
import {
  anthropicCountTokens,
  anthropicMessages,
  bedrockConverse,
  bedrockInvoke,
  bedrockInvokeEmbeddings,
  bedrockInvokeImages,
  cohereChat,
  cohereEmbed,
  cohereRerank,
  cohereV1Chat,
  deepinfraUsage,
  gemini,
  geminiCountTokens,
  geminiEmbeddings,
  geminiStream,
  huggingface,
  huggingfacePipeline,
  imagen,
  ollamaChat,
  ollamaEmbed,
  ollamaGenerate,
  openaiChat,
  openaiCompletions,
  openaiEmbeddings,
  openaiImages,
  openaiModerations,
  openaiResponses,
  openaiSpeech,
  openaiTranscriptions,
  replicate,
  rerank,
  vertexEmbeddings,
  workersAi,
  workersAiRun,
  xaiUsage,
} from '@sluice/protocols';
import type { ProtocolByPath, Tails } from './tails.ts';

const chat: Protocol = openaiChat();

/** The OpenAI API as OpenAI and its imitators serve it. */
export const openaiApi: Tails = openaiTails();

/** The Messages API of Anthropic and its imitators. */
export const messagesApi: Tails = { messages: anthropicMessages, 'messages/count_tokens': anthropicCountTokens };

/** What most hosts of open models offer: both of the above. */
export const bothApis: Tails = { ...openaiApi, ...messagesApi };

/** Both, where reasoning stands beside the completion tokens and not among them. */
export const xaiApi: Tails = { ...bothApis, 'chat/completions': openaiChat({ usage: xaiUsage }) };

/** Both, where that depends on the model. */
export const deepinfraApi: Tails = { ...bothApis, 'chat/completions': openaiChat({ usage: deepinfraUsage }) };

/** Gemini's own verbs, and the OpenAI-compatible paths beside them. */
export const geminiApi: Tails = {
  ...openaiApi,
  ':generateContent': gemini,
  ':streamGenerateContent': geminiStream,
  ':countTokens': geminiCountTokens,
  ':embedContent': geminiEmbeddings,
  ':batchEmbedContents': geminiEmbeddings,
  ':predict': imagen,
};

/** Gemini's verbs, the raw ones of other publishers and the OpenAI-compatible endpoint. */
export const vertexApi: Tails = {
  ...geminiApi,
  ':predict': (path) => (path.includes('/publishers/google/models/imag') ? imagen : vertexVectors(path)),
  ':rawPredict': rawPredict,
  ':streamRawPredict': rawPredict,
  'count-tokens:rawPredict': anthropicCountTokens,
};

/** Cohere's own paths, and the OpenAI-compatible ones beside them. */
export const cohereApi: Tails = {
  ...openaiApi,
  'v2/chat': cohereChat,
  'v1/chat': cohereV1Chat,
  'v1/embed': cohereEmbed,
  'v2/embed': cohereEmbed,
  'v1/rerank': cohereRerank,
  'v2/rerank': cohereRerank,
};

/** Ollama's own paths, and the OpenAI- and Anthropic-compatible ones beside them. */
export const ollamaApi: Tails = {
  ...bothApis,
  'api/chat': ollamaChat,
  'api/generate': ollamaGenerate,
  'api/embed': ollamaEmbed,
  'api/embeddings': ollamaEmbed,
};

/** Bedrock's own operations, and the OpenAI- and Anthropic-compatible paths beside them. */
export const bedrockApi: Tails = {
  ...bothApis,
  // What bedrock-agent-runtime reranks is billed and shaped unlike anyone else's.
  rerank: () => undefined,
  converse: bedrockConverse,
  'converse-stream': bedrockConverse,
  invoke: bedrockModel,
  'invoke-with-response-stream': bedrockModel,
};

/** Workers AI beside its OpenAI-compatible API. */
export const workersAiApi: Tails = {
  ...openaiApi,
  'run/': (path) => (OTHER_THAN_TEXT.test(path) ? workersAiRun : workersAi),
};

/** Text Generation Inference beside its OpenAI-compatible API. */
export const tgiApi: Tails = { ...openaiApi, generate: huggingface, generate_stream: huggingface };

/** Hugging Face's pipelines beside the OpenAI-compatible API. */
export const huggingfaceApi: Tails = {
  ...tgiApi,
  'hf-inference/models/': (path) =>
    path.includes('/pipeline/') && !path.endsWith('/text-generation') ? huggingfacePipeline : huggingface,
};

/** Replicate's predictions, wherever they stand. */
export const replicateApi: Tails = { predictions: replicate };

/** Families of Cloudflare's catalogue that make or take vectors, pictures or sound. */
const OTHER_THAN_TEXT =
  /bge-|embedding|rerank|whisper|\bnova-|flux|diffusion|dreamshaper|lucid|phoenix|melotts|aura|resnet|detr|m2m100|distilbert/;

function openaiTails(): Tails {
  const responses = openaiResponses();
  return {
    'chat/completions': chat,
    completions: openaiCompletions(),
    responses,
    'responses/compact': responses,
    embeddings: openaiEmbeddings(),
    'images/generations': openaiImages,
    'images/edits': openaiImages,
    'images/variations': openaiImages,
    'audio/speech': openaiSpeech,
    'audio/transcriptions': openaiTranscriptions,
    'audio/translations': openaiTranscriptions,
    moderations: openaiModerations,
    rerank,
  };
}

function bedrockModel(path: string): ReturnType<ProtocolByPath> {
  if (/embed/.test(path)) return bedrockInvokeEmbeddings;
  return /image|canvas|stability|stable-/.test(path) ? bedrockInvokeImages : bedrockInvoke;
}

/** Self-deployed models have no publisher, and nobody knows what they say. */
function rawPredict(path: string): ReturnType<ProtocolByPath> {
  if (path.includes('/publishers/anthropic/')) return anthropicMessages;
  return path.includes('/publishers/mistralai/') ? chat : undefined;
}

function vertexVectors(path: string): ReturnType<ProtocolByPath> {
  return path.includes('/publishers/google/models/') && path.includes('embedding') ? vertexEmbeddings : undefined;
}
