import type { Call } from '@sluice/core';
import type { Asked } from './asked.ts';
import { cutMembers } from './cut-members.ts';
import { isObject, type JsonObject } from './form.ts';

/**
 * For the languages in which `"stream": true` in the body asks for a stream. `formOf` names the kind of stream that these
 * `stream_options` ask for, or is undefined for what it does not know.
 */
export function askByMember(
  { body, json, request }: Call,
  formOf: (options: JsonObject) => string | undefined,
): Partial<Asked> | undefined {
  const asked = json();
  if (body === null || !isObject(asked)) return undefined;
  const { stream, stream_options: options } = asked;
  if (!FLAGS.has(stream) || (options !== undefined && !request.stream)) return undefined;
  if (stream === undefined) return {};
  if (options !== undefined && options !== null && !isObject(options)) return undefined;
  const form = request.stream ? formOf(isObject(options) ? options : {}) : 'whole';
  const rest = form === undefined ? undefined : cutMembers(body, ['stream', 'stream_options']);
  return form === undefined || rest === undefined ? undefined : { form, body: rest };
}

/** Anything else is an error that the vendor has to tell. */
const FLAGS: ReadonlySet<unknown> = new Set([true, false, null, undefined]);

/** Whether every member is a switch of one of these names. */
export function areSwitches(options: JsonObject, names: readonly string[]): boolean {
  return Object.entries(options).every(([name, value]) => names.includes(name) && typeof value === 'boolean');
}
