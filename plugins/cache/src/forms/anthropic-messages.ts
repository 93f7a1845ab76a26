import type { FrameData } from '@sluice/core';
import { askByMember } from './ask-by-member.ts';
import { isObject, type JsonObject, type Language, named, objectsIn, parseObject } from './form.ts';

/** Anthropic's Messages. A stream begins with the message, tells of its blocks one by one, and ends with why it stopped. */
export const anthropicMessages: Language = {
  ask: (call) => askByMember(call, (options) => (Object.keys(options).length === 0 ? 'stream' : undefined)),
  toWhole,
  toStream,
};

function toWhole(events: readonly FrameData[]): JsonObject | undefined {
  const told = objectsIn(events);
  let message: JsonObject | undefined;
  const blocks: Draft[] = [];
  for (const event of told ?? []) {
    if (event.type === 'message_start' && isObject(event.message)) message = event.message;
    else if (event.type === 'content_block_start' && isObject(event.content_block)) {
      blocks[Number(event.index)] = { block: { ...event.content_block }, json: '' };
    } else if (event.type === 'content_block_delta') {
      if (!add(blocks[Number(event.index)], event.delta)) return undefined;
    } else if (event.type === 'message_delta' && message !== undefined) message = ended(message, event);
  }
  const content = [...blocks].map(finish);
  if (message === undefined || typeof message.stop_reason !== 'string' || content.includes(undefined)) return undefined;
  return { ...message, content };
}

/** A block as far as it has been told. */
interface Draft {
  readonly block: Record<string, unknown>;
  /** The input of a tool, which comes as pieces of JSON. */
  json: string;
}

function add(draft: Draft | undefined, delta: unknown): boolean {
  if (draft === undefined || !isObject(delta)) return false;
  const { block } = draft;
  switch (delta.type) {
    case 'text_delta':
      block.text = `${block.text ?? ''}${delta.text}`;
      return true;
    case 'thinking_delta':
      block.thinking = `${block.thinking ?? ''}${delta.thinking}`;
      return true;
    case 'signature_delta':
      block.signature = delta.signature;
      return true;
    case 'citations_delta':
      block.citations = [...(Array.isArray(block.citations) ? block.citations : []), delta.citation];
      return true;
    case 'input_json_delta':
      draft.json += delta.partial_json;
      return true;
    default:
      return false;
  }
}

function finish(draft: Draft | undefined): JsonObject | undefined {
  if (draft === undefined || draft.json === '') return draft?.block;
  const input = parseObject(draft.json);
  return input && { ...draft.block, input };
}

/** What the end says beats what the beginning said, and of the usage each count that it repeats. */
function ended(message: JsonObject, { type: _, delta, usage, ...rest }: JsonObject): JsonObject {
  const counts = Object.entries(isObject(usage) ? usage : {}).filter(([, count]) => count !== null);
  const before = isObject(message.usage) ? message.usage : {};
  return {
    ...message,
    ...(isObject(delta) && delta),
    ...rest,
    usage: { ...before, ...Object.fromEntries(counts) },
  };
}

function toStream(whole: JsonObject): readonly FrameData[] | undefined {
  const { content, stop_reason, stop_sequence = null, container, context_management, ...rest } = whole;
  const { usage } = whole;
  if (!Array.isArray(content) || !content.every(isObject) || !isObject(usage)) return undefined;
  const started = { ...rest, content: [], stop_reason: null, stop_sequence: null };
  const delta = { stop_reason, stop_sequence, ...(container !== undefined && { container }) };
  const blocks = content.flatMap((block, index) => [
    { type: 'content_block_start', index, content_block: emptied(block) },
    ...deltasOf(block).map((piece) => ({ type: 'content_block_delta', index, delta: piece })),
    { type: 'content_block_stop', index },
  ]);
  return [
    { type: 'message_start', message: { ...started, usage: { ...usage, output_tokens: 0 } } },
    ...blocks,
    { type: 'message_delta', delta, usage, ...(context_management !== undefined && { context_management }) },
    { type: 'message_stop' },
  ].map(named);
}

/** A block at its beginning: what comes in deltas is not there yet. */
function emptied(block: JsonObject): JsonObject {
  switch (block.type) {
    case 'text':
      return { ...block, text: '', ...(Array.isArray(block.citations) && { citations: [] }) };
    case 'thinking':
      return { ...block, thinking: '', signature: '' };
    case 'server_tool_use':
      return { ...block, input: {} };
    default:
      return block;
  }
}

function deltasOf({ type, text, citations, thinking, signature, input }: JsonObject): readonly JsonObject[] {
  switch (type) {
    case 'text': {
      const sources = Array.isArray(citations) ? citations : [];
      return [{ type: 'text_delta', text }, ...sources.map((citation) => ({ type: 'citations_delta', citation }))];
    }
    case 'thinking':
      return [
        { type: 'thinking_delta', thinking },
        { type: 'signature_delta', signature },
      ];
    case 'server_tool_use':
      return [{ type: 'input_json_delta', partial_json: JSON.stringify(input) }];
    default:
      return [];
  }
}
