import type { Call, FrameData } from '@sluice/core';
import type { Asked } from './asked.ts';
import { isObject, type JsonObject, type Language, objectsIn } from './form.ts';

/** Gemini's `generateContent`. The verb in the path asks for the form, and each event of a stream is a whole answer's part. */
export const gemini: Language = {
  ask,
  toWhole,
  toStream: (whole) => [{ data: JSON.stringify(whole) }],
};

/** Without `alt=sse` a stream is one JSON array, which is a form of its own. */
function ask({ target, query, request }: Call): Partial<Asked> | undefined {
  const verb = /:(?:generateContent|streamGenerateContent)$/.exec(target.path);
  if (verb === null || (request.stream && !ALT_SSE.test(query))) return undefined;
  return {
    language: 'gemini',
    url: withoutAlt(target.url.replace(/:streamGenerateContent(?=\?|$)/, ':generateContent')),
    query: withoutAlt(query),
  };
}

const ALT_SSE = /[?&]alt=sse(?=&|$)/;

function withoutAlt(address: string): string {
  return address
    .replace(/\?alt=sse(?:&|$)/, (found) => (found.endsWith('&') ? '?' : ''))
    .replace(/&alt=sse(?=&|$)/, '');
}

function toWhole(events: readonly FrameData[]): JsonObject | undefined {
  const chunks = objectsIn(events);
  if (chunks === undefined || chunks.length === 0) return undefined;
  let whole: JsonObject = {};
  const candidates = new Map<unknown, JsonObject>();
  for (const { candidates: pieces, ...rest } of chunks) {
    whole = { ...whole, ...rest };
    for (const piece of Array.isArray(pieces) ? pieces : []) {
      if (!isObject(piece)) return undefined;
      const index = piece.index ?? 0;
      candidates.set(index, joined(candidates.get(index), piece));
    }
  }
  if (candidates.size === 0 || !isObject(whole.usageMetadata)) return undefined;
  return { candidates: [...candidates.values()], ...whole };
}

function joined(before: JsonObject | undefined, piece: JsonObject): JsonObject {
  const content = isObject(piece.content) ? piece.content : {};
  const soFar = isObject(before?.content) ? before.content : {};
  const parts = [...partsOf(soFar), ...partsOf(content)].reduce(merge, []);
  return { ...before, ...piece, content: { ...soFar, ...content, parts } };
}

function partsOf({ parts }: JsonObject): readonly JsonObject[] {
  return Array.isArray(parts) ? parts.filter(isObject) : [];
}

/** A text goes on in the next part, unless one is a thought and the other is not, or something else hangs on it. */
function merge(parts: readonly JsonObject[], part: JsonObject): readonly JsonObject[] {
  const last = parts.at(-1);
  if (last === undefined || !isText(last) || !isText(part) || last.thought !== part.thought) return [...parts, part];
  return [...parts.slice(0, -1), { ...last, text: `${last.text}${part.text}` }];
}

function isText(part: JsonObject): boolean {
  return typeof part.text === 'string' && Object.keys(part).every((name) => name === 'text' || name === 'thought');
}
