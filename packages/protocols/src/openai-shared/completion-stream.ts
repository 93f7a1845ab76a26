import {
  type FinishReason,
  type Frame,
  type FrameKind,
  NO_FACTS,
  type ReplyFacts,
  type StreamReader,
  type WireError,
} from '@sluice/core';
import { isObject, type JsonObject, parseObject } from '../support/json.ts';
import { choiceError, choicesOf, completionUsage } from './completion.ts';
import { openaiErrorIn } from './error.ts';
import { openaiFinishReason } from './finish-reason.ts';
import type { UsagePatch } from './usage.ts';

/**
 * Follows a stream of completion chunks up to `[DONE]`; a stream whose every choice has finished is whole without it:
 * those that began, and as many as were asked for.
 */
export class CompletionStreamReader implements StreamReader {
  facts: ReplyFacts = NO_FACTS;
  readonly #patch: UsagePatch | undefined;
  /** Choices that have begun and not finished. */
  readonly #open = new Set<unknown>();
  readonly #finished = new Set<unknown>();
  readonly #asked: number;
  #done = false;

  constructor(choices: number, patch?: UsagePatch) {
    this.#asked = choices;
    this.#patch = patch;
  }

  get complete(): boolean {
    const haveFinished = this.#open.size === 0 && this.#finished.size >= this.#asked;
    return this.facts.error === null && (this.#done || haveFinished);
  }

  push({ data }: Frame): FrameKind {
    if (data === undefined) return 'other';
    if (data === '[DONE]' || data.trim() === '[DONE]') {
      this.#done = true;
      return 'end';
    }
    const chunk = parseObject(data);
    return chunk === undefined ? 'malformed' : this.#read(chunk);
  }

  #read(chunk: JsonObject): FrameKind {
    const choices = choicesOf(chunk);
    let error: WireError | null = openaiErrorIn(chunk);
    let content = false;
    let finishReason: FinishReason | null = null;
    for (const choice of choices) {
      error ??= choiceError(choice);
      finishReason ??= this.#follow(choice);
      content ||= hasContent(choice);
    }
    this.#learn(chunk, finishReason, error);
    if (error !== null) return 'error';
    return content ? 'content' : 'other';
  }

  /** Keeps count of the open and the finished choices and returns the finish reason of this one. */
  #follow(choice: JsonObject): FinishReason | null {
    const finishReason = openaiFinishReason(choice.finish_reason);
    const index = choice.index ?? 0;
    if (finishReason === null) {
      this.#open.add(index);
    } else {
      this.#open.delete(index);
      this.#finished.add(index);
    }
    return finishReason;
  }

  #learn(chunk: JsonObject, finishReason: FinishReason | null, error: WireError | null): void {
    const facts = this.facts;
    const model = facts.model ?? modelOf(chunk);
    const usage = completionUsage(chunk, this.#patch) ?? facts.usage;
    // Most chunks repeat what is known.
    if (model === facts.model && usage === facts.usage && finishReason === null && error === null) return;
    this.facts = { model, usage, finishReason: finishReason ?? facts.finishReason, error: facts.error ?? error };
  }
}

/** Azure's first chunk has an empty model. */
function modelOf(chunk: JsonObject): string | null {
  return typeof chunk.model === 'string' && chunk.model !== '' ? chunk.model : null;
}

/** The choice carries a piece of the answer: text, reasoning, a refusal, a tool call or audio. */
function hasContent(choice: JsonObject): boolean {
  if (isFilled(choice.text)) return true;
  // Some servers send a whole `message` as the only chunk.
  const delta = isObject(choice.delta) ? choice.delta : choice.message;
  return isObject(delta) && CONTENT.some((member) => isFilled(delta[member]));
}

function isFilled(value: unknown): boolean {
  if (typeof value === 'string' || Array.isArray(value)) return value.length > 0;
  return isObject(value);
}

const CONTENT: readonly string[] = [
  'content',
  'tool_calls',
  'reasoning_content',
  'reasoning',
  'reasoning_details',
  'refusal',
  'function_call',
  'audio',
];
