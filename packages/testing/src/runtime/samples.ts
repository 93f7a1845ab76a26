/** A chat request of an OpenAI client; the odd spacing shows whether somebody re-encodes it. */
export const CHAT_REQUEST = '{"model":"gpt-4o-mini",  "messages":[{"role":"user","content":"héllo \\u00e9"}], "n":1.0}';

/** The same, asking for a stream. */
export const STREAM_REQUEST = '{"model":"gpt-4o-mini","stream":true,"messages":[{"role":"user","content":"hi"}]}';

/** A whole chat answer: 1000 tokens in, 500 out, which `gpt-4o-mini` bills with 0.00045 US dollars. */
export const CHAT_ANSWER: string = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_790_000_000,
  model: 'gpt-4o-mini-2024-07-18',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1500 },
});

/** The frames of a streamed chat answer, without its end. */
export function chatFrame(content: string): string {
  return `data: ${chunk({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;
}

/** How a streamed chat answer ends: finish reason, usage, terminal event. */
export const CHAT_END: string = [
  `data: ${chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\n`,
  `data: ${chunk({ choices: [], usage: { prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1500 } })}\n\n`,
  'data: [DONE]\n\n',
].join('');

function chunk(fields: object): string {
  const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_790_000_000, model: 'gpt-4o-mini' };
  return JSON.stringify({ ...head, ...fields });
}

/** A Messages request that asks for a stream. */
export const MESSAGES_REQUEST =
  '{"model":"claude-sonnet-4-5","max_tokens":16,"stream":true,"messages":[{"role":"user","content":"hi"}]}';

/** The first frames of a streamed Messages answer. */
export const MESSAGES_START: string = [
  messageFrame('message_start', {
    message: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      content: [],
      model: 'claude-sonnet-4-5',
      stop_reason: null,
      usage: { input_tokens: 10, output_tokens: 1 },
    },
  }),
  messageFrame('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
  messageFrame('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'hello' } }),
].join('');

function messageFrame(type: string, fields: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

/** Every byte value, in an order that no text decoder survives. */
export function binary(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (index * 31 + (index >> 8)) & 0xff);
}
