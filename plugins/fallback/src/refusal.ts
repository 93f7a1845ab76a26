import type { WireError } from '@sluice/core';

/** The vendor has judged what was asked and won't answer it. Another vendor's view of it is not for a fallback to fetch. */
export function isRefusal({ code, message, status }: WireError): boolean {
  return (status === undefined || STATUSES.has(status)) && SAYINGS.test(`${code ?? ''}: ${message}`);
}

const STATUSES: ReadonlySet<number> = new Set([200, 400, 403, 422, 451]);

/** Words of the vendors: their codes first, then what they say where the code is a general one. */
const SAYINGS = new RegExp(
  [
    // OpenAI, Azure, Moonshot
    'content_?policy(?:_violation)?\\b',
    'content_?filter\\b',
    'moderation_blocked',
    'responsibleaipolicyviolation',
    'invalid_prompt',
    'rejected as a result of our safety system',
    'content management policy',
    'considered high risk',
    // Anthropic
    'blocked by content filtering policy',
    // Google
    'responsible ai practices',
    // Bedrock
    'blocked by our content filters',
    // Stability, OpenRouter
    'content_moderation',
    'requires moderation and your input was flagged',
    // xAI
    'content violates usage guidelines',
    // DeepSeek, Alibaba
    'content exists risk',
    'data_?inspection_?failed',
    // Several
    "violat\\w+ (?:our|the|\\w+'s) (?:content|usage|safety) polic",
  ].join('|'),
  'i',
);
