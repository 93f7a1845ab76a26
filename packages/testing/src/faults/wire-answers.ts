import { CHAT_ANSWER, CHAT_END, chatFrame } from '../runtime/samples.ts';
import type { UpstreamScript } from '../upstream/script.ts';
import { PRIMARY_WORDS } from './vendors.ts';

export const SSE: Readonly<Record<string, string>> = { 'content-type': 'text/event-stream' };

/** A whole answer of the primary. */
export const WHOLE: UpstreamScript = {
  headers: { 'content-type': 'application/json' },
  body: CHAT_ANSWER.replace('"hello"', JSON.stringify(PRIMARY_WORDS)),
};

/** An error of the primary's own. */
export function wireError(status: number): UpstreamScript {
  const body = JSON.stringify({ error: { message: 'It is us.', type: 'server_error', code: null } });
  return { status, headers: { 'content-type': 'application/json' }, body };
}

/** The first part of a streamed answer of the primary, and the rest of it. */
export const FIRST: string = chatFrame('An answer ');
export const REST: string = chatFrame('of the primary.');

/** Finish reason, usage and terminal event. */
export const END: string = CHAT_END;
/** The same without the terminal event. */
export const END_WITHOUT_DONE: string = CHAT_END.replace('data: [DONE]\n\n', '');
