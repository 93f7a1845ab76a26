/** What a caller got, and what it is worth. */
export interface FaultAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** From the call to the last byte, in milliseconds. */
  readonly ms: number;
  /** `whole`: all of an answer. `told`: an error in the caller's protocol. `untrue`: anything else, such as half an answer. */
  readonly ending: 'whole' | 'told' | 'untrue';
  /** The words of the answer, as far as they came. */
  readonly words: string;
}

/** Reads an answer of an OpenAI or Anthropic caller, streamed or not. */
export function readAnswer(status: number, headers: Headers, text: string, ms: number): FaultAnswer {
  const isStream = headers.get('content-type')?.includes('event-stream') === true;
  const events = isStream ? eventsOf(text) : [parse(text)];
  const words = events.map(wordsOf).join('');
  return { status, headers, text, ms, words, ending: endingOf(status, events, words) };
}

/** The parts of OpenAI's and Anthropic's answers that say what was said and how it ended. */
interface Said {
  readonly choices?: readonly {
    readonly message?: { readonly content?: string | null };
    readonly delta?: { readonly content?: string | null };
    readonly finish_reason?: string | null;
  }[];
  readonly content?: readonly { readonly text?: string }[];
  readonly delta?: { readonly text?: string; readonly stop_reason?: string | null };
  readonly stop_reason?: string | null;
  readonly error?: unknown;
}

function endingOf(status: number, events: readonly (Said | undefined)[], words: string): FaultAnswer['ending'] {
  if (events.at(-1)?.error !== undefined) return 'told';
  if (status !== 200 || words === '' || events.includes(undefined)) return 'untrue';
  return events.some((event) => finishOf(event) !== undefined) ? 'whole' : 'untrue';
}

function wordsOf(said: Said | undefined): string {
  const [choice] = said?.choices ?? [];
  const spoken = choice?.message?.content ?? choice?.delta?.content ?? said?.delta?.text;
  return spoken ?? said?.content?.map(({ text = '' }) => text).join('') ?? '';
}

function finishOf(said: Said | undefined): string | undefined {
  return said?.choices?.[0]?.finish_reason ?? said?.stop_reason ?? said?.delta?.stop_reason ?? undefined;
}

function eventsOf(text: string): readonly (Said | undefined)[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('data:') && line !== 'data: [DONE]')
    .map((line) => parse(line.slice('data:'.length)));
}

function parse(text: string): Said | undefined {
  try {
    return JSON.parse(text) as Said;
  } catch {
    return undefined;
  }
}
