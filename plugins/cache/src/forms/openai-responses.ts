import type { FrameData } from '@sluice/core';
import { areSwitches, askByMember } from './ask-by-member.ts';
import { isObject, type JsonObject, type Language, named, objectsIn } from './form.ts';

/** OpenAI's Responses. The last event of a stream holds the whole response. */
export const openaiResponses: Language = {
  ask: (call) => askByMember(call, (options) => (areSwitches(options, ['include_obfuscation']) ? 'stream' : undefined)),
  toWhole,
  toStream,
};

function toWhole(events: readonly FrameData[]): JsonObject | undefined {
  const response = objectsIn(events)?.findLast(({ type }) => type === 'response.completed')?.response;
  return isObject(response) ? response : undefined;
}

function toStream(whole: JsonObject): readonly FrameData[] | undefined {
  const { output } = whole;
  if (!Array.isArray(output) || !output.every(isObject)) return undefined;
  const begun = { ...whole, status: 'in_progress', output: [], usage: null, completed_at: null };
  return [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...output.flatMap(tellItem),
    { type: 'response.completed', response: whole },
  ].map((event, sequence_number) => named({ ...event, sequence_number }));
}

function tellItem(item: JsonObject, output_index: number): readonly JsonObject[] {
  const isMessage = item.type === 'message' && Array.isArray(item.content);
  const parts: readonly unknown[] = isMessage ? (item.content as readonly unknown[]) : [];
  const begun = isMessage ? { ...item, status: 'in_progress', content: [] } : item;
  return [
    { type: 'response.output_item.added', output_index, item: begun },
    ...parts.filter(isObject).flatMap((part, content_index) => {
      const place = { item_id: item.id, output_index, content_index };
      return tellPart(part).map((event) => ({ ...event, ...place }));
    }),
    { type: 'response.output_item.done', output_index, item },
  ];
}

function tellPart(part: JsonObject): readonly JsonObject[] {
  return [
    { type: 'response.content_part.added', part: emptied(part) },
    ...deltasOf(part),
    { type: 'response.content_part.done', part },
  ];
}

function emptied(part: JsonObject): JsonObject {
  if (part.type === 'output_text') return { ...part, text: '', annotations: [] };
  return part.type === 'refusal' ? { ...part, refusal: '' } : part;
}

function deltasOf({ type, text, refusal, annotations, logprobs = [] }: JsonObject): readonly JsonObject[] {
  if (type === 'refusal') {
    return [
      { type: 'response.refusal.delta', delta: refusal },
      { type: 'response.refusal.done', refusal },
    ];
  }
  if (type !== 'output_text') return [];
  const sources = Array.isArray(annotations) ? annotations : [];
  return [
    { type: 'response.output_text.delta', delta: text, logprobs },
    ...sources.map((annotation, annotation_index) => ({
      type: 'response.output_text.annotation.added',
      annotation,
      annotation_index,
    })),
    { type: 'response.output_text.done', text, logprobs },
  ];
}
