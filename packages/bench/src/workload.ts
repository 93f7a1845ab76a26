/** The call every subject carries: what a chat client sends and what a vendor answers, about half a kilobyte each. */
export const QUESTION: string = JSON.stringify({
  model: 'gpt-5-mini',
  messages: [
    { role: 'system', content: 'You are a helpful assistant that answers briefly and names its sources.' },
    { role: 'user', content: `Why does a river carry more water in spring? ${'Explain it step by step. '.repeat(10)}` },
  ],
  max_completion_tokens: 400,
});

/** The same question, answered piece by piece. */
export const STREAMED_QUESTION: string = JSON.stringify({
  ...(JSON.parse(QUESTION) as object),
  stream: true,
  stream_options: { include_usage: true },
});

/** The whole answer. */
export const ANSWER: string = JSON.stringify({
  id: 'chatcmpl-bench0000000000000000000001',
  object: 'chat.completion',
  created: 1_750_000_000,
  model: 'gpt-5-mini-2025-08-07',
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: 'Snow that lay on the mountains all winter melts when the days grow warm.',
      },
      finish_reason: 'stop',
    },
  ],
  usage: {
    prompt_tokens: 82,
    completion_tokens: 17,
    total_tokens: 99,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  },
});

/** The streamed answer: 99 pieces, the usage, and the terminal event. Each goes out as a write of its own. */
export const EVENTS: readonly string[] = [
  ...Array.from({ length: 98 }, (_, index) => piece({ content: ` word${index}` }, null)),
  piece({}, 'stop'),
  event({ choices: [], usage: { prompt_tokens: 82, completion_tokens: 98, total_tokens: 180 } }),
  'data: [DONE]\n\n',
];

function piece(delta: object, finishReason: string | null): string {
  return event({ choices: [{ index: 0, delta, finish_reason: finishReason }] });
}

function event(body: object): string {
  const head = {
    id: 'chatcmpl-bench0000000000000000000002',
    object: 'chat.completion.chunk',
    created: 1_750_000_000,
    model: 'gpt-5-mini-2025-08-07',
  };
  return `data: ${JSON.stringify({ ...head, ...body })}\n\n`;
}
