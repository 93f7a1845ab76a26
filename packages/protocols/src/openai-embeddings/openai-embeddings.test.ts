import { UNKNOWN_USAGE } from '@sluice/core';
import { expect, test } from 'vitest';
import { openaiEmbeddings, openaiModerations, rerank } from '../index.ts';
import { reply } from '../reading/__fixtures__/views.ts';

test.each([
  ['OpenAI', { prompt_tokens: 8, total_tokens: 8 }],
  ['Voyage', { total_tokens: 8 }],
])('embeddings of %s consume input only', (_, usage) => {
  const facts = openaiEmbeddings().readReply(reply({ object: 'list', data: [], model: 'embed-x', usage }));
  expect(facts).toMatchObject({ model: 'embed-x', usage: { ...UNKNOWN_USAGE, inputTokens: 8 }, error: null });
});

test('a validation report of Voyage or Jina is an error', () => {
  expect(openaiEmbeddings().readReply(reply({ detail: 'Model not found' }, { status: 400 })).error).toEqual({
    code: null,
    message: 'Model not found',
    status: 400,
  });
});

test('moderation states its model and no usage', () => {
  expect(openaiModerations.readReply(reply({ id: 'modr-1', model: 'moderation-x', results: [] }))).toMatchObject({
    model: 'moderation-x',
    usage: null,
  });
});

test.each([
  ['Jina', { usage: { total_tokens: 30, prompt_tokens: 30 } }, { inputTokens: 30 }],
  ['Voyage', { usage: { total_tokens: 30 } }, { inputTokens: 30 }],
  ['Cohere', { meta: { billed_units: { search_units: 1 } } }, { units: { searches: 1 } }],
])('reranking at %s', (_, body, usage) => {
  expect(rerank.readReply(reply({ model: 'rerank-x', results: [], ...body })).usage).toEqual({
    ...UNKNOWN_USAGE,
    ...usage,
  });
});
