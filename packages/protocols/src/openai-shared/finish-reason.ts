import type { FinishReason } from '@sluice/core';

/** Our word for the `finish_reason` of OpenAI and of the servers that speak its language; null while there is none. */
export function openaiFinishReason(value: unknown): FinishReason | null {
  // Some servers send "" on every chunk until the last one.
  if (typeof value !== 'string' || value === '') return null;
  return REASONS.get(value) ?? 'other';
}

const REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['eos', 'stop'],
  ['eos_token', 'stop'],
  ['stop_sequence', 'stop'],
  ['end_turn', 'stop'],
  ['length', 'length'],
  ['model_length', 'length'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_calls', 'tool_calls'],
  ['function_call', 'tool_calls'],
  ['tool_use', 'tool_calls'],
  ['content_filter', 'content_filter'],
  ['sensitive', 'content_filter'],
  ['error', 'error'],
  // DeepSeek, vLLM and Z.ai: the answer was broken off.
  ['insufficient_system_resource', 'error'],
  ['abort', 'error'],
  ['network_error', 'error'],
]);
