import type { FrameData } from '@sluice/core';
import { areSwitches, askByMember } from './ask-by-member.ts';
import { isObject, type JsonObject, type Language, objectsIn } from './form.ts';

/** OpenAI's Chat Completions. A stream tells of its usage only when it was asked to. */
export const openaiChat: Language = {
  ask: (call) => askByMember(call, formOf),
  toWhole,
  toStream,
};

function formOf(options: JsonObject): string | undefined {
  if (!areSwitches(options, ['include_usage', 'include_obfuscation'])) return undefined;
  return options.include_usage === true ? WITH_USAGE : 'stream';
}

const WITH_USAGE = 'stream+usage';

function toWhole(events: readonly FrameData[]): JsonObject | undefined {
  const chunks = objectsIn(events);
  if (chunks === undefined) return undefined;
  let top: JsonObject = {};
  let usage: unknown;
  const choices = new Map<number, Draft>();
  for (const { choices: pieces, usage: said, obfuscation: _, ...rest } of chunks) {
    top = { ...rest, ...stated(top) };
    usage = said ?? usage;
    for (const piece of Array.isArray(pieces) ? pieces : []) if (!add(piece, choices)) return undefined;
  }
  const finished = [...choices.values()].sort((a, b) => a.index - b.index);
  if (!isObject(usage) || finished.length === 0 || finished.some(({ rest }) => !rest.finish_reason)) return undefined;
  return { ...top, object: 'chat.completion', choices: finished.map(toChoice), usage };
}

/** A choice as far as it has been told. */
interface Draft {
  readonly index: number;
  readonly message: Record<string, unknown>;
  logprobs: JsonObject | null;
  rest: JsonObject;
}

function add(piece: unknown, choices: Map<number, Draft>): boolean {
  if (!isObject(piece) || !isObject(piece.delta ?? {})) return false;
  const { index = 0, delta, logprobs, ...rest } = piece;
  if (typeof index !== 'number' || 'message' in rest) return false;
  const draft = choices.get(index) ?? { index, message: {}, logprobs: null, rest: {} };
  choices.set(index, draft);
  draft.rest = { ...draft.rest, ...stated(rest) };
  if (isObject(logprobs)) draft.logprobs = joined(draft.logprobs, logprobs);
  return Object.entries(delta ?? {}).every(([name, value]) => addField(draft.message, name, value));
}

/** Texts grow, lists of sources too. How anything else comes in pieces is not known here. */
function addField(message: Record<string, unknown>, name: string, value: unknown): boolean {
  const before = message[name];
  if (value === null || value === undefined || name === 'role') message[name] = before ?? value ?? null;
  else if (typeof value === 'string' && TEXTS.has(name)) message[name] = `${before ?? ''}${value}`;
  else if (Array.isArray(value) && name === 'annotations')
    message[name] = [...(Array.isArray(before) ? before : []), ...value];
  else return Array.isArray(value) && value.length === 0;
  return true;
}

const TEXTS: ReadonlySet<string> = new Set(['content', 'refusal', 'reasoning', 'reasoning_content']);

function joined(before: JsonObject | null, next: JsonObject): JsonObject {
  const lists = Object.entries(next).map(([name, value]) => {
    const list = before?.[name];
    return [name, Array.isArray(list) && Array.isArray(value) ? [...list, ...value] : (value ?? list ?? null)];
  });
  return { ...before, ...Object.fromEntries(lists) };
}

function toChoice({ index, message, logprobs, rest }: Draft): JsonObject {
  return { index, message: { role: 'assistant', content: null, refusal: null, ...message }, logprobs, ...rest };
}

/** The first to say something stands; Azure's first chunk has an empty id and model. */
function stated(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== null && value !== '' && value !== 0),
  );
}

function toStream(whole: JsonObject, form: string): readonly FrameData[] | undefined {
  const { choices, usage, ...rest } = whole;
  const top = { ...rest, object: 'chat.completion.chunk' };
  const tail = form === WITH_USAGE ? { usage: null } : {};
  if (!Array.isArray(choices) || !choices.every(isTellable)) return undefined;
  if (form === WITH_USAGE && !isObject(usage)) return undefined;
  const chunks: JsonObject[] = choices.flatMap(({ index, message, finish_reason, logprobs = null, ...more }) => [
    { ...top, choices: [{ index, delta: message, ...more, logprobs, finish_reason: null }], ...tail },
    { ...top, choices: [{ index, delta: {}, logprobs: null, finish_reason }], ...tail },
  ]);
  if (form === WITH_USAGE) chunks.push({ ...top, choices: [], usage });
  return [...chunks.map((chunk) => ({ data: JSON.stringify(chunk) })), { data: '[DONE]' }];
}

function isTellable(choice: unknown): choice is JsonObject {
  return isObject(choice) && isObject(choice.message) && typeof choice.finish_reason === 'string';
}
