import {
  bothApis,
  cohereApi,
  deepinfraApi,
  geminiApi,
  messagesApi,
  ollamaApi,
  openaiApi,
  replicateApi,
  tgiApi,
  xaiApi,
} from './apis.ts';
import type { ProviderRow } from './row.ts';

const bearer: readonly string[] = ['authorization'];
/** Hosts that also speak Messages take the credential the way Anthropic's SDK sends it. */
const bearerOrKey: readonly string[] = ['authorization', 'x-api-key'];

/** Anthropic refuses calls without a version; this one takes what every SDK sends. */
export const anthropicVersion: Readonly<Record<string, string>> = { 'anthropic-version': '2023-06-01' };

const strip = 'strip-v1';
const verbatim = 'verbatim';

/** Vendors with an address and no rule of their own. */
export const plainRows: readonly ProviderRow[] = [
  { id: 'openai', baseUrl: 'https://api.openai.com/v1', credentials: bearer, path: strip, tails: openaiApi },
  {
    id: 'anthropic',
    baseUrl: 'https://api.anthropic.com',
    credentials: ['x-api-key', 'authorization'],
    path: { below: 'v1' },
    tails: { ...openaiApi, ...messagesApi },
    defaultHeaders: anthropicVersion,
  },
  {
    id: 'google-ai-studio',
    baseUrl: 'https://generativelanguage.googleapis.com',
    credentials: ['x-goog-api-key', 'authorization'],
    path: verbatim,
    tails: geminiApi,
  },

  // Hosts that speak OpenAI's language, some of them Anthropic's too.
  { id: 'groq', baseUrl: 'https://api.groq.com/openai/v1', credentials: bearer, path: strip, tails: openaiApi },
  { id: 'mistral', baseUrl: 'https://api.mistral.ai', credentials: bearer, path: { below: 'v1' }, tails: openaiApi },
  {
    id: 'perplexity-ai',
    aliases: ['perplexity'],
    baseUrl: 'https://api.perplexity.ai',
    credentials: bearer,
    path: verbatim,
    tails: openaiApi,
  },
  { id: 'openrouter', baseUrl: 'https://openrouter.ai/api/v1', credentials: bearerOrKey, path: strip, tails: bothApis },
  { id: 'deepseek', baseUrl: 'https://api.deepseek.com', credentials: bearerOrKey, path: verbatim, tails: bothApis },
  { id: 'cerebras', baseUrl: 'https://api.cerebras.ai/v1', credentials: bearer, path: strip, tails: openaiApi },
  {
    id: 'grok',
    aliases: ['xai'],
    baseUrl: 'https://api.x.ai/v1',
    credentials: bearerOrKey,
    path: strip,
    tails: xaiApi,
  },
  {
    id: 'fireworks',
    baseUrl: 'https://api.fireworks.ai/inference/v1',
    credentials: bearerOrKey,
    path: strip,
    tails: bothApis,
  },
  { id: 'together', baseUrl: 'https://api.together.ai/v1', credentials: bearer, path: strip, tails: openaiApi },
  {
    id: 'moonshot',
    aliases: ['moonshotai'],
    baseUrl: 'https://api.moonshot.ai',
    credentials: bearerOrKey,
    path: { below: 'v1', except: ['anthropic'] },
    tails: bothApis,
  },
  {
    id: 'minimax',
    baseUrl: 'https://api.minimax.io',
    credentials: bearerOrKey,
    path: { below: 'v1', except: ['anthropic'] },
    tails: bothApis,
  },
  {
    id: 'dashscope',
    aliases: ['alibaba', 'qwen'],
    baseUrl: 'https://dashscope-intl.aliyuncs.com',
    credentials: bearerOrKey,
    path: { below: 'compatible-mode/v1', except: ['apps', 'api'] },
    tails: bothApis,
  },
  {
    id: 'zai',
    aliases: ['z-ai'],
    baseUrl: 'https://api.z.ai/api',
    credentials: bearerOrKey,
    path: { below: 'paas/v4', except: ['anthropic', 'coding'] },
    tails: bothApis,
  },
  {
    id: 'zhipu',
    baseUrl: 'https://open.bigmodel.cn/api',
    credentials: bearerOrKey,
    path: { below: 'paas/v4', except: ['anthropic', 'coding'] },
    tails: bothApis,
  },
  { id: 'sambanova', baseUrl: 'https://api.sambanova.ai/v1', credentials: bearer, path: strip, tails: openaiApi },
  { id: 'nvidia', baseUrl: 'https://integrate.api.nvidia.com/v1', credentials: bearer, path: strip, tails: openaiApi },
  {
    id: 'novita',
    baseUrl: 'https://api.novita.ai',
    credentials: bearerOrKey,
    path: { below: 'openai/v1', except: ['anthropic', 'v3'] },
    tails: bothApis,
  },
  {
    id: 'deepinfra',
    baseUrl: 'https://api.deepinfra.com',
    credentials: bearerOrKey,
    path: { below: 'v1/openai', except: ['anthropic', 'v1/inference'] },
    tails: deepinfraApi,
  },
  { id: 'nebius', baseUrl: 'https://api.studio.nebius.ai/v1', credentials: bearer, path: strip, tails: openaiApi },
  {
    id: 'siliconflow',
    baseUrl: 'https://api.siliconflow.com/v1',
    credentials: bearerOrKey,
    path: strip,
    tails: bothApis,
  },
  { id: 'hyperbolic', baseUrl: 'https://api.hyperbolic.xyz/v1', credentials: bearer, path: strip, tails: openaiApi },
  { id: 'lambda', baseUrl: 'https://api.lambda.ai/v1', credentials: bearer, path: strip, tails: openaiApi },
  { id: 'upstage', baseUrl: 'https://api.upstage.ai/v1', credentials: bearer, path: strip, tails: openaiApi },
  { id: 'featherless', baseUrl: 'https://api.featherless.ai/v1', credentials: bearer, path: strip, tails: openaiApi },
  { id: 'nscale', baseUrl: 'https://inference.api.nscale.com/v1', credentials: bearer, path: strip, tails: openaiApi },
  { id: 'scaleway', baseUrl: 'https://api.scaleway.ai/v1', credentials: bearer, path: strip, tails: openaiApi },
  {
    id: 'ovhcloud',
    baseUrl: 'https://oai.endpoints.kepler.ai.cloud.ovh.net/v1',
    credentials: bearer,
    path: strip,
    tails: openaiApi,
  },
  { id: 'gmi', baseUrl: 'https://api.gmi-serving.com/v1', credentials: bearer, path: strip, tails: openaiApi },
  {
    id: 'bytedance',
    baseUrl: 'https://ark.ap-southeast.bytepluses.com/api/v3',
    credentials: bearer,
    path: strip,
    tails: openaiApi,
  },
  { id: 'voyage', baseUrl: 'https://api.voyageai.com/v1', credentials: bearer, path: strip, tails: openaiApi },
  { id: 'jina', baseUrl: 'https://api.jina.ai/v1', credentials: bearer, path: strip, tails: openaiApi },
  {
    id: 'parallel',
    baseUrl: 'https://api.parallel.ai',
    credentials: ['x-api-key', 'authorization'],
    path: verbatim,
    tails: openaiApi,
  },
  { id: 'cohere', baseUrl: 'https://api.cohere.com', credentials: bearer, path: verbatim, tails: cohereApi },

  // Speech, pictures and other media; most of their answers nobody reads.
  { id: 'replicate', baseUrl: 'https://api.replicate.com/v1', credentials: bearer, path: strip, tails: replicateApi },
  { id: 'elevenlabs', baseUrl: 'https://api.elevenlabs.io', credentials: ['xi-api-key'], path: verbatim },
  {
    id: 'cartesia',
    baseUrl: 'https://api.cartesia.ai',
    credentials: ['x-api-key', 'authorization'],
    path: verbatim,
    defaultHeaders: { 'cartesia-version': '2026-08-14' },
  },
  { id: 'deepgram', baseUrl: 'https://api.deepgram.com', credentials: bearer, scheme: 'Token', path: verbatim },
  { id: 'ideogram', baseUrl: 'https://api.ideogram.ai', credentials: ['api-key'], path: verbatim },
  { id: 'assemblyai', baseUrl: 'https://api.assemblyai.com', credentials: bearer, scheme: '', path: verbatim },
  { id: 'bfl', baseUrl: 'https://api.bfl.ai/v1', credentials: ['x-key'], path: strip },
  { id: 'luma', baseUrl: 'https://api.lumalabs.ai', credentials: bearer, path: verbatim },

  // Servers that people run themselves, on the port each one opens by default.
  { id: 'ollama', baseUrl: 'http://localhost:11434', credentials: bearerOrKey, path: verbatim, tails: ollamaApi },
  { id: 'vllm', baseUrl: 'http://localhost:8000', credentials: bearerOrKey, path: verbatim, tails: bothApis },
  {
    id: 'lm-studio',
    aliases: ['lmstudio'],
    baseUrl: 'http://localhost:1234',
    credentials: bearerOrKey,
    path: verbatim,
    tails: bothApis,
  },
  {
    id: 'llama-cpp',
    aliases: ['llamacpp'],
    baseUrl: 'http://localhost:8080',
    credentials: bearerOrKey,
    path: verbatim,
    tails: bothApis,
  },
  { id: 'sglang', baseUrl: 'http://localhost:30000', credentials: bearerOrKey, path: verbatim, tails: bothApis },
  { id: 'tgi', baseUrl: 'http://localhost:8080', credentials: bearer, path: verbatim, tails: tgiApi },
  { id: 'localai', baseUrl: 'http://localhost:8080', credentials: bearerOrKey, path: verbatim, tails: bothApis },
  { id: 'litellm', baseUrl: 'http://localhost:4000', credentials: bearerOrKey, path: verbatim, tails: bothApis },
  { id: 'openai-compatible', baseUrl: '{base}', credentials: bearerOrKey, path: verbatim, tails: bothApis },
];
