import { describe, expect, test } from 'vitest';
import { ACCOUNT, providerOf, resolve } from './__fixtures__/resolve.ts';
import {
  CREDENTIAL_HEADERS,
  CREDENTIAL_QUERY_PARAMETERS,
  customProvider,
  PROVIDER_ALIASES,
  providers,
} from './index.ts';

const CHAT = 'openai-chat';

interface Form {
  /** `slug/path?query`, as a client writes it behind the gateway. */
  readonly given: string;
  readonly url: string;
  readonly protocol?: string;
}

/** Every path form that a vendor's or the AI Gateway's documentation shows. */
const FORMS: Readonly<Record<string, readonly Form[]>> = {
  openai: [
    { given: 'chat/completions', url: 'https://api.openai.com/v1/chat/completions', protocol: CHAT },
    { given: 'v1/chat/completions', url: 'https://api.openai.com/v1/chat/completions', protocol: CHAT },
    { given: 'completions', url: 'https://api.openai.com/v1/completions', protocol: 'openai-completions' },
    { given: 'v1/responses', url: 'https://api.openai.com/v1/responses', protocol: 'openai-responses' },
    { given: 'v1/responses/compact', url: 'https://api.openai.com/v1/responses/compact', protocol: 'openai-responses' },
    { given: 'v1/responses/resp_1/cancel', url: 'https://api.openai.com/v1/responses/resp_1/cancel' },
    { given: 'embeddings', url: 'https://api.openai.com/v1/embeddings', protocol: 'openai-embeddings' },
    { given: 'images/generations', url: 'https://api.openai.com/v1/images/generations', protocol: 'openai-images' },
    { given: 'v1/images/edits', url: 'https://api.openai.com/v1/images/edits', protocol: 'openai-images' },
    { given: 'audio/speech', url: 'https://api.openai.com/v1/audio/speech', protocol: 'openai-speech' },
    {
      given: 'v1/audio/transcriptions',
      url: 'https://api.openai.com/v1/audio/transcriptions',
      protocol: 'openai-transcriptions',
    },
    {
      given: 'v1/audio/translations',
      url: 'https://api.openai.com/v1/audio/translations',
      protocol: 'openai-transcriptions',
    },
    { given: 'moderations', url: 'https://api.openai.com/v1/moderations', protocol: 'openai-moderations' },
    { given: 'v1/files?purpose=batch&limit=2', url: 'https://api.openai.com/v1/files?purpose=batch&limit=2' },
    { given: 'v1/threads/t1/messages', url: 'https://api.openai.com/v1/threads/t1/messages' },
    { given: 'v1/models/ft:gpt-4o:acme::id', url: 'https://api.openai.com/v1/models/ft:gpt-4o:acme::id' },
    { given: 'v1', url: 'https://api.openai.com/v1' },
    { given: 'v1beta/x', url: 'https://api.openai.com/v1/v1beta/x' },
  ],
  anthropic: [
    { given: 'v1/messages', url: 'https://api.anthropic.com/v1/messages', protocol: 'anthropic-messages' },
    {
      given: 'messages?beta=true',
      url: 'https://api.anthropic.com/v1/messages?beta=true',
      protocol: 'anthropic-messages',
    },
    { given: 'v1/chat/completions', url: 'https://api.anthropic.com/v1/chat/completions', protocol: CHAT },
    {
      given: 'v1/messages/count_tokens',
      url: 'https://api.anthropic.com/v1/messages/count_tokens',
      protocol: 'anthropic-count-tokens',
    },
    { given: 'v1/messages/batches', url: 'https://api.anthropic.com/v1/messages/batches' },
  ],
  'google-ai-studio': [
    {
      given: 'v1beta/models/gemini-x:generateContent',
      url: 'https://generativelanguage.googleapis.com/v1beta/models/gemini-x:generateContent',
      protocol: 'gemini',
    },
    {
      given: 'v1/models/gemini-x:streamGenerateContent?alt=sse',
      url: 'https://generativelanguage.googleapis.com/v1/models/gemini-x:streamGenerateContent?alt=sse',
      protocol: 'gemini-stream',
    },
    {
      given: 'v1beta/models/gemini-embedding-001:batchEmbedContents',
      url: 'https://generativelanguage.googleapis.com/v1beta/models/gemini-embedding-001:batchEmbedContents',
      protocol: 'gemini-embeddings',
    },
    {
      given: 'v1beta/openai/chat/completions',
      url: 'https://generativelanguage.googleapis.com/v1beta/openai/chat/completions',
      protocol: CHAT,
    },
    {
      given: 'upload/v1beta/files?uploadType=resumable',
      url: 'https://generativelanguage.googleapis.com/upload/v1beta/files?uploadType=resumable',
    },
  ],
  'google-vertex-ai': [
    {
      given: 'v1/projects/p/locations/us-central1/publishers/google/models/gemini-x:generateContent',
      url: 'https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1/publishers/google/models/gemini-x:generateContent',
      protocol: 'gemini',
    },
    {
      given: 'v1/projects/p/locations/global/publishers/google/models/gemini-x:streamGenerateContent?alt=sse',
      url: 'https://aiplatform.googleapis.com/v1/projects/p/locations/global/publishers/google/models/gemini-x:streamGenerateContent?alt=sse',
      protocol: 'gemini-stream',
    },
    {
      given: 'v1/projects/p/locations/eu/publishers/anthropic/models/claude-x@20250101:streamRawPredict',
      url: 'https://aiplatform.eu.rep.googleapis.com/v1/projects/p/locations/eu/publishers/anthropic/models/claude-x@20250101:streamRawPredict',
      protocol: 'anthropic-messages',
    },
    {
      given: 'v1/projects/p/locations/us/publishers/mistralai/models/mistral-x:rawPredict',
      url: 'https://aiplatform.us.rep.googleapis.com/v1/projects/p/locations/us/publishers/mistralai/models/mistral-x:rawPredict',
      protocol: CHAT,
    },
    {
      given: 'v1beta1/projects/p/locations/global/endpoints/openapi/chat/completions',
      url: 'https://aiplatform.googleapis.com/v1beta1/projects/p/locations/global/endpoints/openapi/chat/completions',
      protocol: CHAT,
    },
    {
      given: 'v1/projects/p/locations/europe-west4/publishers/google/models/text-embedding-005:predict',
      url: 'https://europe-west4-aiplatform.googleapis.com/v1/projects/p/locations/europe-west4/publishers/google/models/text-embedding-005:predict',
      protocol: 'vertex-embeddings',
    },
    {
      given: 'v1/projects/p/locations/europe-west4/publishers/google/models/imagen-4.0-generate-001:predict',
      url: 'https://europe-west4-aiplatform.googleapis.com/v1/projects/p/locations/europe-west4/publishers/google/models/imagen-4.0-generate-001:predict',
      protocol: 'imagen',
    },
    {
      given: 'v1/projects/p/locations/us-central1/endpoints/123:rawPredict',
      url: 'https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1/endpoints/123:rawPredict',
    },
    {
      given: 'v1/publishers/google/models/gemini-x:generateContent',
      url: 'https://aiplatform.googleapis.com/v1/publishers/google/models/gemini-x:generateContent',
      protocol: 'gemini',
    },
  ],
  'azure-openai': [
    {
      given: 'acme/gpt4-deployment/chat/completions?api-version=2024-10-21',
      url: 'https://acme.openai.azure.com/openai/deployments/gpt4-deployment/chat/completions?api-version=2024-10-21',
      protocol: CHAT,
    },
    {
      given: 'acme/emb/embeddings?api-version=2024-10-21',
      url: 'https://acme.openai.azure.com/openai/deployments/emb/embeddings?api-version=2024-10-21',
      protocol: 'openai-embeddings',
    },
    {
      given: 'acme/openai/v1/responses',
      url: 'https://acme.openai.azure.com/openai/v1/responses',
      protocol: 'openai-responses',
    },
    { given: 'acme/openai/files?api-version=x', url: 'https://acme.openai.azure.com/openai/files?api-version=x' },
    {
      given: 'acme/anthropic/v1/messages',
      url: 'https://acme.openai.azure.com/anthropic/v1/messages',
      protocol: 'anthropic-messages',
    },
  ],
  'aws-bedrock': [
    {
      given: 'bedrock-runtime/us-east-1/model/anthropic.claude-haiku-4-5-20251001-v1%3A0/converse',
      url: 'https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-haiku-4-5-20251001-v1%3A0/converse',
      protocol: 'bedrock-converse',
    },
    {
      given: 'bedrock-runtime/us-east-1/model/amazon.nova-lite-v1:0/converse-stream',
      url: 'https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-lite-v1:0/converse-stream',
      protocol: 'bedrock-converse',
    },
    {
      given: 'bedrock-runtime/us-east-1/model/amazon.titan-embed-text-v2:0/invoke',
      url: 'https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.titan-embed-text-v2:0/invoke',
      protocol: 'bedrock-invoke-embeddings',
    },
    {
      given: 'bedrock-runtime/us-east-1/model/amazon.nova-canvas-v1:0/invoke',
      url: 'https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-canvas-v1:0/invoke',
      protocol: 'bedrock-invoke-images',
    },
    {
      given: 'bedrock-runtime/eu-central-1/model/amazon.nova-lite-v1:0/invoke',
      url: 'https://bedrock-runtime.eu-central-1.amazonaws.com/model/amazon.nova-lite-v1:0/invoke',
      protocol: 'bedrock-invoke',
    },
    {
      given:
        'bedrock-runtime/us-gov-west-1/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fglobal.anthropic.claude-x-v1%3A0/invoke-with-response-stream',
      url: 'https://bedrock-runtime.us-gov-west-1.amazonaws.com/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fglobal.anthropic.claude-x-v1%3A0/invoke-with-response-stream',
      protocol: 'bedrock-invoke',
    },
    {
      given: 'bedrock-runtime/us-east-1/openai/v1/chat/completions',
      url: 'https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1/chat/completions',
      protocol: CHAT,
    },
    {
      given: 'bedrock-mantle/us-west-2/anthropic/v1/messages',
      url: 'https://bedrock-mantle.us-west-2.api.aws/anthropic/v1/messages',
      protocol: 'anthropic-messages',
    },
    {
      given: 'bedrock-mantle/us-west-2/v1/responses',
      url: 'https://bedrock-mantle.us-west-2.api.aws/v1/responses',
      protocol: 'openai-responses',
    },
    {
      given: 'bedrock/us-east-1/foundation-models',
      url: 'https://bedrock.us-east-1.amazonaws.com/foundation-models',
    },
    {
      given: 'bedrock-agent-runtime/us-east-1/rerank',
      url: 'https://bedrock-agent-runtime.us-east-1.amazonaws.com/rerank',
    },
    {
      given: 'bedrock-runtime/cn-north-1/model/x/converse',
      url: 'https://bedrock-runtime.cn-north-1.amazonaws.com.cn/model/x/converse',
      protocol: 'bedrock-converse',
    },
  ],
  'anthropic-aws': [
    {
      given: 'us-east-1/v1/messages',
      url: 'https://aws-external-anthropic.us-east-1.api.aws/v1/messages',
      protocol: 'anthropic-messages',
    },
  ],
  'workers-ai': [
    {
      given: '@cf/meta/llama-3.1-8b-instruct',
      url: `https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/ai/run/@cf/meta/llama-3.1-8b-instruct`,
      protocol: 'workers-ai',
    },
    {
      given: '@hf/nousresearch/hermes-2',
      url: `https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/ai/run/@hf/nousresearch/hermes-2`,
      protocol: 'workers-ai',
    },
    {
      given: 'run/@cf/meta/llama-3.1-8b-instruct?tags=a',
      url: `https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/ai/run/@cf/meta/llama-3.1-8b-instruct?tags=a`,
      protocol: 'workers-ai',
    },
    {
      given: 'run/openai/gpt-x',
      url: `https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/ai/run/openai/gpt-x`,
      protocol: 'workers-ai',
    },
    {
      given: 'v1/chat/completions',
      url: `https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/ai/v1/chat/completions`,
      protocol: CHAT,
    },
    {
      given: 'run/@cf/baai/bge-m3',
      url: `https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/ai/run/@cf/baai/bge-m3`,
      protocol: 'workers-ai-run',
    },
    {
      given: 'v1/embeddings',
      url: `https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/ai/v1/embeddings`,
      protocol: 'openai-embeddings',
    },
  ],
  huggingface: [
    {
      given: 'bigcode/starcoder',
      url: 'https://router.huggingface.co/hf-inference/models/bigcode/starcoder',
      protocol: 'huggingface',
    },
    {
      given: 'openai/whisper-large-v3',
      url: 'https://router.huggingface.co/hf-inference/models/openai/whisper-large-v3',
      protocol: 'huggingface',
    },
    {
      given: 'google/gemma-2/v1/chat/completions',
      url: 'https://router.huggingface.co/hf-inference/models/google/gemma-2/v1/chat/completions',
      protocol: CHAT,
    },
    { given: 'v1/chat/completions', url: 'https://router.huggingface.co/v1/chat/completions', protocol: CHAT },
    { given: 'v1/responses', url: 'https://router.huggingface.co/v1/responses', protocol: 'openai-responses' },
    {
      given: 'hf-inference/models/org/model/pipeline/feature-extraction',
      url: 'https://router.huggingface.co/hf-inference/models/org/model/pipeline/feature-extraction',
      protocol: 'huggingface-pipeline',
    },
    {
      given: 'hf-inference/models/bigcode/starcoder',
      url: 'https://router.huggingface.co/hf-inference/models/bigcode/starcoder',
      protocol: 'huggingface',
    },
    {
      given: 'together/v1/chat/completions',
      url: 'https://router.huggingface.co/together/v1/chat/completions',
      protocol: CHAT,
    },
  ],
  baseten: [
    { given: 'v1/chat/completions', url: 'https://inference.baseten.co/v1/chat/completions', protocol: CHAT },
    { given: 'chat/completions', url: 'https://inference.baseten.co/v1/chat/completions', protocol: CHAT },
    { given: 'model/abc123', url: 'https://model-abc123.api.baseten.co/production/predict' },
    { given: 'model/abc123/predict', url: 'https://model-abc123.api.baseten.co/production/predict' },
    {
      given: 'model/abc123/environments/staging/sync/v1/chat/completions',
      url: 'https://model-abc123.api.baseten.co/environments/staging/sync/v1/chat/completions',
      protocol: CHAT,
    },
    { given: 'model/abc123/development/predict', url: 'https://model-abc123.api.baseten.co/development/predict' },
  ],
  fal: [{ given: 'fal-ai/flux/dev?x=1', url: 'https://fal.run/fal-ai/flux/dev?x=1' }],
  cohere: [
    { given: 'v2/chat', url: 'https://api.cohere.com/v2/chat', protocol: 'cohere-v2' },
    { given: 'v1/chat', url: 'https://api.cohere.com/v1/chat', protocol: 'cohere-v1' },
    { given: 'v2/embed', url: 'https://api.cohere.com/v2/embed', protocol: 'cohere-embed' },
    { given: 'v2/rerank', url: 'https://api.cohere.com/v2/rerank', protocol: 'cohere-rerank' },
    {
      given: 'compatibility/v1/chat/completions',
      url: 'https://api.cohere.com/compatibility/v1/chat/completions',
      protocol: CHAT,
    },
  ],
  cerebras: either('https://api.cerebras.ai/v1/chat/completions', 'chat/completions', 'v1/chat/completions'),
  groq: either(
    'https://api.groq.com/openai/v1/chat/completions',
    'chat/completions',
    'v1/chat/completions',
    'openai/v1/chat/completions',
  ),
  grok: [
    ...either('https://api.x.ai/v1/chat/completions', 'chat/completions', 'v1/chat/completions'),
    { given: 'v1/messages', url: 'https://api.x.ai/v1/messages', protocol: 'anthropic-messages' },
  ],
  mistral: [
    ...either('https://api.mistral.ai/v1/chat/completions', 'chat/completions', 'v1/chat/completions'),
    ...either('https://api.mistral.ai/v1/fim/completions', 'v1/fim/completions'),
  ],
  deepseek: [
    ...either('https://api.deepseek.com/chat/completions', 'chat/completions'),
    ...either('https://api.deepseek.com/v1/chat/completions', 'v1/chat/completions'),
    { given: 'beta/completions', url: 'https://api.deepseek.com/beta/completions', protocol: 'openai-completions' },
    {
      given: 'anthropic/v1/messages',
      url: 'https://api.deepseek.com/anthropic/v1/messages',
      protocol: 'anthropic-messages',
    },
  ],
  'perplexity-ai': either('https://api.perplexity.ai/chat/completions', 'chat/completions'),
  openrouter: [
    ...either(
      'https://openrouter.ai/api/v1/chat/completions',
      'chat/completions',
      'v1/chat/completions',
      'api/v1/chat/completions',
    ),
    { given: 'messages', url: 'https://openrouter.ai/api/v1/messages', protocol: 'anthropic-messages' },
  ],
  fireworks: either(
    'https://api.fireworks.ai/inference/v1/chat/completions',
    'chat/completions',
    'v1/chat/completions',
    'inference/v1/chat/completions',
  ),
  replicate: [
    { given: 'predictions', url: 'https://api.replicate.com/v1/predictions', protocol: 'replicate' },
    { given: 'v1/predictions', url: 'https://api.replicate.com/v1/predictions', protocol: 'replicate' },
  ],
  parallel: [
    ...either('https://api.parallel.ai/v1beta/chat/completions', 'v1beta/chat/completions'),
    { given: 'v1/tasks/runs', url: 'https://api.parallel.ai/v1/tasks/runs' },
  ],
  elevenlabs: [{ given: 'v1/text-to-speech/voice', url: 'https://api.elevenlabs.io/v1/text-to-speech/voice' }],
  cartesia: [{ given: 'tts/bytes', url: 'https://api.cartesia.ai/tts/bytes' }],
  deepgram: [{ given: 'v1/listen?model=nova-3', url: 'https://api.deepgram.com/v1/listen?model=nova-3' }],
  ideogram: [{ given: 'v1/ideogram-v3/generate', url: 'https://api.ideogram.ai/v1/ideogram-v3/generate' }],
  assemblyai: [{ given: 'v2/transcript', url: 'https://api.assemblyai.com/v2/transcript' }],
  bfl: [{ given: 'flux-pro-1.1', url: 'https://api.bfl.ai/v1/flux-pro-1.1' }],
  luma: [{ given: 'dream-machine/v1/generations', url: 'https://api.lumalabs.ai/dream-machine/v1/generations' }],
  together: either('https://api.together.ai/v1/chat/completions', 'chat/completions', 'v1/chat/completions'),
  moonshot: [
    ...either('https://api.moonshot.ai/v1/chat/completions', 'chat/completions', 'v1/chat/completions'),
    {
      given: 'anthropic/v1/messages',
      url: 'https://api.moonshot.ai/anthropic/v1/messages',
      protocol: 'anthropic-messages',
    },
  ],
  minimax: either('https://api.minimax.io/v1/chat/completions', 'chat/completions', 'v1/chat/completions'),
  dashscope: [
    ...either(
      'https://dashscope-intl.aliyuncs.com/compatible-mode/v1/chat/completions',
      'chat/completions',
      'v1/chat/completions',
      'compatible-mode/v1/chat/completions',
    ),
    {
      given: 'apps/anthropic/v1/messages',
      url: 'https://dashscope-intl.aliyuncs.com/apps/anthropic/v1/messages',
      protocol: 'anthropic-messages',
    },
  ],
  zai: [
    ...either(
      'https://api.z.ai/api/paas/v4/chat/completions',
      'chat/completions',
      'v1/chat/completions',
      'v4/chat/completions',
      'paas/v4/chat/completions',
    ),
    ...either('https://api.z.ai/api/coding/paas/v4/chat/completions', 'coding/paas/v4/chat/completions'),
    {
      given: 'anthropic/v1/messages',
      url: 'https://api.z.ai/api/anthropic/v1/messages',
      protocol: 'anthropic-messages',
    },
  ],
  zhipu: either('https://open.bigmodel.cn/api/paas/v4/chat/completions', 'chat/completions'),
  sambanova: either('https://api.sambanova.ai/v1/chat/completions', 'chat/completions'),
  nvidia: either('https://integrate.api.nvidia.com/v1/chat/completions', 'v1/chat/completions'),
  novita: either('https://api.novita.ai/openai/v1/chat/completions', 'chat/completions', 'v1/chat/completions'),
  deepinfra: [
    ...either(
      'https://api.deepinfra.com/v1/openai/chat/completions',
      'chat/completions',
      'v1/chat/completions',
      'v1/openai/chat/completions',
    ),
    { given: 'v1/inference/org/model', url: 'https://api.deepinfra.com/v1/inference/org/model' },
  ],
  nebius: either('https://api.studio.nebius.ai/v1/chat/completions', 'chat/completions'),
  siliconflow: either('https://api.siliconflow.com/v1/chat/completions', 'chat/completions'),
  hyperbolic: either('https://api.hyperbolic.xyz/v1/chat/completions', 'v1/chat/completions'),
  lambda: either('https://api.lambda.ai/v1/chat/completions', 'v1/chat/completions'),
  upstage: either('https://api.upstage.ai/v1/chat/completions', 'v1/chat/completions'),
  featherless: either('https://api.featherless.ai/v1/chat/completions', 'v1/chat/completions'),
  nscale: either('https://inference.api.nscale.com/v1/chat/completions', 'v1/chat/completions'),
  scaleway: either('https://api.scaleway.ai/v1/chat/completions', 'v1/chat/completions'),
  ovhcloud: either('https://oai.endpoints.kepler.ai.cloud.ovh.net/v1/chat/completions', 'v1/chat/completions'),
  gmi: either('https://api.gmi-serving.com/v1/chat/completions', 'v1/chat/completions'),
  bytedance: either(
    'https://ark.ap-southeast.bytepluses.com/api/v3/chat/completions',
    'chat/completions',
    'v1/chat/completions',
    'api/v3/chat/completions',
  ),
  voyage: [
    { given: 'v1/embeddings', url: 'https://api.voyageai.com/v1/embeddings', protocol: 'openai-embeddings' },
    { given: 'rerank', url: 'https://api.voyageai.com/v1/rerank', protocol: 'rerank' },
  ],
  jina: [{ given: 'embeddings', url: 'https://api.jina.ai/v1/embeddings', protocol: 'openai-embeddings' }],
  ollama: [
    { given: 'api/chat', url: 'http://localhost:11434/api/chat', protocol: 'ollama-chat' },
    { given: 'api/generate', url: 'http://localhost:11434/api/generate', protocol: 'ollama-generate' },
    { given: 'api/embed', url: 'http://localhost:11434/api/embed', protocol: 'ollama-embed' },
    { given: 'api/tags', url: 'http://localhost:11434/api/tags' },
    { given: 'v1/embeddings', url: 'http://localhost:11434/v1/embeddings', protocol: 'openai-embeddings' },
    ...either('http://localhost:11434/v1/chat/completions', 'v1/chat/completions'),
  ],
  vllm: either('http://localhost:8000/v1/chat/completions', 'v1/chat/completions'),
  'lm-studio': either('http://localhost:1234/v1/chat/completions', 'v1/chat/completions'),
  'llama-cpp': either('http://localhost:8080/v1/chat/completions', 'v1/chat/completions'),
  sglang: either('http://localhost:30000/v1/chat/completions', 'v1/chat/completions'),
  tgi: [
    ...either('http://localhost:8080/v1/chat/completions', 'v1/chat/completions'),
    { given: 'generate_stream', url: 'http://localhost:8080/generate_stream', protocol: 'huggingface' },
  ],
  localai: either('http://localhost:8080/v1/chat/completions', 'v1/chat/completions'),
  litellm: either('http://localhost:4000/v1/chat/completions', 'v1/chat/completions'),
};

/** Several spellings of one chat path. */
function either(url: string, ...given: readonly string[]): readonly Form[] {
  return given.map((path) => ({
    given: path,
    url,
    protocol: path.endsWith('fim/completions') ? 'openai-completions' : CHAT,
  }));
}

const cases = Object.entries(FORMS).flatMap(([slug, forms]) => forms.map((form) => ({ slug, ...form })));

test.each(cases)('$slug: $given leads to $url', ({ slug, given, url, protocol }) => {
  const target = resolve(slug, given);
  expect(target.url).toBe(url);
  expect(target.protocol?.name).toBe(protocol);
});

test('every row of the table has its path forms here', () => {
  const slugs = providers.map(({ id }) => id).filter((id) => !(id in PROVIDER_ALIASES) && id !== 'openai-compatible');
  expect(Object.keys(FORMS).sort()).toEqual([...slugs].sort());
});

test('no two providers share a slug', () => {
  const ids = providers.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test.each(Object.entries(PROVIDER_ALIASES))('%s resolves like %s, under its own id', (alias, id) => {
  expect(providerOf(alias).id).toBe(alias);
  expect(providerOf(alias).credentialHeaders).toEqual(providerOf(id).credentialHeaders);
  const [form] = FORMS[id] ?? [];
  expect(resolve(alias, form?.given ?? '').url).toBe(form?.url);
});

test('only a POST speaks a protocol, so that fetching an answer again does not bill it again', () => {
  expect(resolve('openai', 'v1/chat/completions', { method: 'GET' }).protocol).toBeUndefined();
});

test('every escape survives as it was written', () => {
  const given = 'v1/models/ft%3agpt@x%20y%2B:z?filter=a%2Fb&b=%e2%82%ac';
  expect(resolve('openai', given).url).toBe(`https://api.openai.com/${given}`);
});

test('the id of a model may hold an escaped slash, as SDKs write it', () => {
  expect(resolve('together', 'models/meta-llama%2FLlama-3').url).toBe(
    'https://api.together.ai/v1/models/meta-llama%2FLlama-3',
  );
});

test('the path of a target is the one below the base', () => {
  expect(resolve('openai', 'v1/chat/completions?x=1').path).toBe('chat/completions');
  expect(resolve('workers-ai', '@cf/meta/llama').path).toBe('run/@cf/meta/llama');
});

describe('headers', () => {
  test('anthropic and the places that serve Claude get a version unless the client chose one', () => {
    const version = { 'anthropic-version': '2023-06-01' };
    expect(resolve('anthropic', 'v1/messages').defaultHeaders).toEqual(version);
    expect(resolve('azure-openai', 'acme/anthropic/v1/messages').defaultHeaders).toEqual(version);
    expect(resolve('aws-bedrock', 'bedrock-mantle/us-east-1/anthropic/v1/messages').defaultHeaders).toEqual(version);
    expect(resolve('anthropic-aws', 'us-east-1/v1/messages').defaultHeaders).toEqual(version);
    expect(resolve('azure-openai', 'acme/d/chat/completions').defaultHeaders).toBeUndefined();
  });

  test('cartesia gets a version unless the client chose one', () => {
    expect(resolve('cartesia', 'tts/bytes').defaultHeaders).toEqual({ 'cartesia-version': '2026-08-14' });
  });

  test('a Bedrock API key moves to x-api-key on the Messages path of mantle only', () => {
    const headers = { authorization: 'Bearer bedrock-api-key-test' };
    expect(resolve('aws-bedrock', 'bedrock-mantle/us-east-1/anthropic/v1/messages', { headers }).headers).toStrictEqual(
      {
        authorization: undefined,
        'x-api-key': 'bedrock-api-key-test',
      },
    );
    expect(resolve('aws-bedrock', 'bedrock-mantle/us-east-1/v1/responses', { headers }).headers).toBeUndefined();
    expect(
      resolve('aws-bedrock', 'bedrock-mantle/us-east-1/anthropic/v1/messages', {
        headers: { authorization: 'AWS4-HMAC-SHA256 Credential=test' },
      }).headers,
    ).toBeUndefined();
  });

  test('a credential in authorization stands behind the word that the vendor wants', () => {
    const schemes = providers.flatMap(({ id, credentialScheme }) =>
      credentialScheme === undefined ? [] : [[id, credentialScheme]],
    );
    expect(Object.fromEntries(schemes)).toEqual({
      deepgram: 'Token',
      assemblyai: '',
      baseten: 'Api-Key',
      fal: 'Key',
    });
    const options = { slug: 'mine', baseUrl: 'https://mine.test' };
    expect(customProvider({ ...options, credentialScheme: 'Token' }).credentialScheme).toBe('Token');
    expect(customProvider(options).credentialScheme).toBeUndefined();
  });

  test('the headers that carry credentials are known for every vendor', () => {
    for (const name of ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key', 'xi-api-key', 'x-key']) {
      expect(CREDENTIAL_HEADERS).toContain(name);
    }
    for (const { id, credentialHeaders } of providers) {
      expect(credentialHeaders, id).not.toHaveLength(0);
      for (const name of credentialHeaders) {
        expect(name).toBe(name.toLowerCase());
        expect(CREDENTIAL_HEADERS).toContain(name);
      }
    }
    expect(CREDENTIAL_QUERY_PARAMETERS).toEqual(['key', 'api_key']);
  });
});
