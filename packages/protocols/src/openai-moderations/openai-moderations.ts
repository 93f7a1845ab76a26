import type { Protocol } from '@sluice/core';
import { eventProtocol } from '../openai-shared/event-protocol.ts';
import { readOpenaiUsage } from '../openai-shared/usage.ts';
import { asText } from '../support/json.ts';

/** OpenAI moderations. They are free and state no usage; Mistral's state it. */
export const openaiModerations: Protocol = eventProtocol({
  name: 'openai-moderations',
  operation: 'moderation',
  answer: (body) => ({ model: asText(body.model), usage: readOpenaiUsage(body.usage) }),
});
