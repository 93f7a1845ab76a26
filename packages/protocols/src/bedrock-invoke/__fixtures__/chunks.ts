import type { FrameData } from '@sluice/core';
import { encodeUtf8 } from '../../support/utf8.ts';

/** One `chunk` event around a piece of a model's own stream. */
export function chunk(inner: unknown): FrameData {
  const binary = String.fromCharCode(...encodeUtf8(JSON.stringify(inner)));
  return { event: 'chunk', data: JSON.stringify({ bytes: btoa(binary), p: 'abc' }) };
}

const METRICS = {
  'amazon-bedrock-invocationMetrics': {
    inputTokenCount: 12,
    outputTokenCount: 9,
    invocationLatency: 812,
    firstByteLatency: 100,
  },
};

/** Messages events of a Claude model. */
export const CLAUDE: readonly FrameData[] = [
  { type: 'message_start', message: { model: 'claude-x', usage: { input_tokens: 12, output_tokens: 1 } } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Grüße' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } },
  { type: 'message_stop', ...METRICS },
].map(chunk);

/** Events of a Nova model: Converse's, each under its name. */
export const NOVA: readonly FrameData[] = [
  { messageStart: { role: 'assistant' } },
  { contentBlockDelta: { delta: { text: 'Hi' }, contentBlockIndex: 0 } },
  { contentBlockStop: { contentBlockIndex: 0 } },
  { messageStop: { stopReason: 'end_turn' } },
  { metadata: { usage: { inputTokens: 12, outputTokens: 9 } }, ...METRICS },
].map(chunk);

/** Chunks of a Titan model. */
export const TITAN: readonly FrameData[] = [
  { outputText: 'Hi', index: 0, totalOutputTextTokenCount: null, completionReason: null, inputTextTokenCount: 12 },
  { outputText: '', index: 0, totalOutputTextTokenCount: 9, completionReason: 'FINISH', ...METRICS },
].map(chunk);

/** Chunks of a Llama model. */
export const LLAMA: readonly FrameData[] = [
  { generation: 'H', prompt_token_count: 12, generation_token_count: 1, stop_reason: null },
  { generation: 'i', prompt_token_count: null, generation_token_count: 9, stop_reason: null },
  { generation: '', prompt_token_count: null, generation_token_count: 9, stop_reason: 'stop', ...METRICS },
].map(chunk);

/** Chunks of a Mistral model, which counts nothing itself. */
export const MISTRAL: readonly FrameData[] = [
  { outputs: [{ text: 'Hi', stop_reason: null }] },
  { outputs: [{ text: '', stop_reason: 'stop' }], ...METRICS },
].map(chunk);

/** Chunks of a Cohere model, which counts nothing itself. */
export const COHERE: readonly FrameData[] = [
  { text: 'Hi', is_finished: false, event_type: 'text-generation' },
  { is_finished: true, finish_reason: 'COMPLETE', event_type: 'stream-end', ...METRICS },
].map(chunk);
