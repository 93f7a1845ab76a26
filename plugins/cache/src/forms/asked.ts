import type { Call } from '@sluice/core';
import { anthropicMessages } from './anthropic-messages.ts';
import type { Language } from './form.ts';
import { gemini } from './gemini.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiResponses } from './openai-responses.ts';

/** What a call asks for, apart from the form that the answer is to have. */
export interface Asked {
  /** `whole`, or the kind of stream. */
  readonly form: string;
  /** One answer serves every form, so the form is no part of the key. */
  readonly isFree: boolean;
  /** The protocol, whichever form it is spoken in. */
  readonly language: string;
  readonly url: string;
  readonly query: string;
  readonly body: readonly Uint8Array[];
}

/** Separates what a call asks for from the form it asks for it in; where that can't be done the two belong together. */
export function askedForm(call: Call): Asked {
  const { target, query, body, request } = call;
  const language = target.protocol?.name ?? '';
  const free = languageOf(call)?.ask(call);
  return {
    form: request.stream ? 'stream' : WHOLE,
    isFree: free !== undefined,
    language,
    url: target.url,
    query,
    body: body === null ? [] : [body],
    ...free,
  };
}

/** How the answers to this call change their form, if anybody knows. */
export function languageOf({ target }: Call): Language | undefined {
  return LANGUAGES.get(target.protocol?.name ?? '');
}

/** An answer that is one body. */
export const WHOLE = 'whole';

const LANGUAGES: ReadonlyMap<string, Language> = new Map([
  ['openai-chat', openaiChat],
  ['openai-responses', openaiResponses],
  ['anthropic-messages', anthropicMessages],
  ['gemini', gemini],
  ['gemini-stream', gemini],
]);
