import type { Protocol } from '@sluice/core';
import { completionsProtocol, type OpenaiOptions } from '../openai-shared/completions-protocol.ts';

/** OpenAI's legacy text completions: chat's envelope with `text` in place of messages. */
export function openaiCompletions(options: OpenaiOptions = {}): Protocol {
  return completionsProtocol('openai-completions', 'completion', options);
}
