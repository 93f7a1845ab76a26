import type { Call, FrameData } from '@sluice/core';
import type { Asked } from './asked.ts';

/** A protocol that gives the same answer whole or as a stream, and the way from one to the other. */
export interface Language {
  /** What is asked for without the form it is asked for in; undefined when the two can't be told apart. */
  ask(call: Call): Partial<Asked> | undefined;
  /** The whole answer that a stream tells of; undefined when the stream does not hold all of it. */
  toWhole(events: readonly FrameData[]): JsonObject | undefined;
  /** The stream of this form that tells of a whole answer; undefined when it can't be told so. */
  toStream(whole: JsonObject, form: string): readonly FrameData[] | undefined;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects that a stream's events hold; undefined when one of them is no object. `[DONE]` and comments are left out. */
export function objectsIn(events: readonly FrameData[]): readonly JsonObject[] | undefined {
  const objects: JsonObject[] = [];
  for (const { data } of events) {
    if (data === undefined || data.trim() === '[DONE]') continue;
    const object = parseObject(data);
    if (object === undefined) return undefined;
    objects.push(object);
  }
  return objects;
}

export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** An event whose name is its `type`. */
export function named(data: JsonObject): FrameData {
  return { event: String(data.type), data: JSON.stringify(data) };
}
