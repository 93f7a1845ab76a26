export { anthropicCountTokens, anthropicMessages } from './anthropic-messages/anthropic-messages.ts';
export { bedrockConverse } from './bedrock-converse/bedrock-converse.ts';
export { bedrockInvoke, bedrockInvokeEmbeddings, bedrockInvokeImages } from './bedrock-invoke/bedrock-invoke.ts';
export { cohereV1Chat } from './cohere/chat-v1.ts';
export { cohereChat } from './cohere/chat-v2.ts';
export { cohereEmbed, cohereRerank } from './cohere/embed-rerank.ts';
export { awsEventStream } from './framing/aws-eventstream.ts';
export { jsonArray } from './framing/json-array.ts';
export { ndjson } from './framing/ndjson.ts';
export { sse } from './framing/sse.ts';
export {
  gemini,
  geminiCountTokens,
  geminiEmbeddings,
  geminiStream,
  imagen,
  vertexEmbeddings,
} from './gemini/gemini.ts';
export { huggingface, huggingfacePipeline } from './huggingface/huggingface.ts';
export { ollamaChat, ollamaEmbed, ollamaGenerate } from './ollama/ollama.ts';
export { openaiChat } from './openai-chat/openai-chat.ts';
export { openaiCompletions } from './openai-completions/openai-completions.ts';
export { openaiEmbeddings } from './openai-embeddings/openai-embeddings.ts';
export { openaiImages } from './openai-images/openai-images.ts';
export { openaiModerations } from './openai-moderations/openai-moderations.ts';
export { openaiResponses } from './openai-responses/openai-responses.ts';
export type { OpenaiOptions } from './openai-shared/completions-protocol.ts';
export { deepinfraUsage, type UsagePatch, xaiUsage } from './openai-shared/usage.ts';
export { openaiSpeech } from './openai-speech/openai-speech.ts';
export { openaiTranscriptions } from './openai-transcriptions/openai-transcriptions.ts';
export { replicate } from './replicate/replicate.ts';
export { rerank } from './rerank/rerank.ts';
export { workersAi, workersAiRun } from './workers-ai/workers-ai.ts';
