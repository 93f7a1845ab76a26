import type { Protocol } from '@sluice/core';
import { readReply } from '../reading/reply.ts';
import { cohereChat } from './chat-v2.ts';
import { errorCode } from './request.ts';
import { toUsage } from './usage.ts';

/** Cohere's `embed`, v1 and v2: billed input tokens and images. */
export const cohereEmbed: Protocol = unary('cohere-embed', 'embeddings');

/** Cohere's `rerank`, v1 and v2: billed searches. */
export const cohereRerank: Protocol = unary('cohere-rerank', 'rerank');

function unary(name: string, operation: Protocol['operation']): Protocol {
  return {
    ...cohereChat,
    name,
    operation,
    readReply: (reply) => readReply(reply, { answer: ({ meta }) => ({ usage: toUsage(meta) }), errorCode }),
    framing: () => undefined,
  };
}
