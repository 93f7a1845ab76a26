import { gate } from '../upstream/gate.ts';
import type { FaultAnswer } from './answer.ts';
import type { Fault } from './fault.ts';
import { rescued, toldSafely } from './finding.ts';
import { claude, mistral, openai } from './steps.ts';
import { FALLBACK_WORDS, PRIMARY_WORDS } from './vendors.ts';
import { END, END_WITHOUT_DONE, FIRST, REST, SSE } from './wire-answers.ts';

/** A stream that goes wrong after its first words have reached the caller: nobody can take those back. */
export const BROKEN_STREAMS: readonly Fault[] = [
  {
    number: 8,
    name: 'stream cut in the middle',
    expected: 'safe',
    judge: async ({ wire, mock, asked, gateway }) => {
      const { ask, row } = await gateway('fault-8');
      // The cut comes once the caller has the first words, whatever is buffered on the way.
      const { opened, open } = gate();
      wire.respond({ headers: SSE, body: [FIRST, { data: '', after: opened }], ending: 'cut' });
      const cut = await ask([openai('cut', { stream: true }), claude('claude-8', { stream: true })], open);
      mock.on(
        { model: 'truncated' },
        { content: PRIMARY_WORDS },
        { chunkSize: 5, latency: 20, truncateAfterChunks: 3 },
      );
      const truncated = await ask([mistral('truncated', { stream: true }), claude('claude-8-else', { stream: true })]);
      wire.respond({ headers: SSE, body: [': hello\n\n'], ending: 'cut' });
      const early = await ask([openai('cut-early', { stream: true }), claude('claude-8-early', { stream: true })]);
      const { success, partial } = await row(cut);
      return toldSafely(
        [cut, truncated],
        'an error event behind the words that had come; before the first, a fallback',
        [
          ['what came is the beginning of the answer', isBeginning(cut)],
          // aimock waits for nobody, so what it cuts may not have begun for the gateway.
          [
            'a truncated answer is told or made good',
            isBeginning(truncated) ? truncated.ending === 'told' : truncated.words === FALLBACK_WORDS,
          ],
          ['nobody else was asked to go on', asked('claude-8') === 0],
          ['the row says so', !success && partial],
          ['a cut before the first word is made good', early.ending === 'whole' && early.words === FALLBACK_WORDS],
        ],
      );
    },
  },
  {
    number: 9,
    name: 'stream stalls in the middle',
    expected: 'safe',
    judge: async ({ wire, asked, gateway }) => {
      wire.forget();
      wire.respond({ headers: SSE, body: [FIRST], ending: 'stall' });
      const { ask, row } = await gateway('fault-9', { timeouts: [{ idleMs: IDLE_MS }] });
      const stalled = await ask([openai('stalls', { stream: true }), claude('claude-9', { stream: true })]);
      const { early } = await wire.disconnected(0);
      const { success, partial } = await row(stalled);
      return toldSafely([stalled], `an error event after ${IDLE_MS} ms of silence`, [
        ['what came is the beginning of the answer', isBeginning(stalled)],
        ['the idle limit ended it', stalled.ms < 10 * IDLE_MS && early],
        ['nobody else was asked to go on', asked('claude-9') === 0],
        ['the row says so', !success && partial],
      ]);
    },
  },
  {
    number: 10,
    name: 'malformed chunk',
    expected: 'safe',
    judge: async ({ wire, asked, gateway }) => {
      const { ask, row } = await gateway('fault-10');
      wire.respond({ headers: SSE, body: [FIRST, GARBAGE, REST, END] });
      const garbled = await ask([openai('garbled', { stream: true }), claude('claude-10', { stream: true })]);
      wire.respond({ headers: SSE, body: [GARBAGE, REST, END] });
      const early = await ask([openai('garbled-early', { stream: true }), claude('claude-10-early', { stream: true })]);
      const { success } = await row(garbled);
      return toldSafely([garbled], 'an error event in its place; at the very beginning, a fallback', [
        ['what came is the beginning of the answer', isBeginning(garbled)],
        ['no garbage was forwarded', !garbled.text.includes('not json') && !early.text.includes('not json')],
        ['nobody else was asked to go on', asked('claude-10') === 0],
        ['the row says so', !success],
        ['garbage in front of the answer is made good', early.ending === 'whole' && early.words === FALLBACK_WORDS],
      ]);
    },
  },
  {
    number: 11,
    name: 'missing `[DONE]` after a complete answer',
    expected: 'pass',
    judge: async ({ wire, asked, gateway }) => {
      const { ask, row } = await gateway('fault-11');
      wire.respond({ headers: SSE, body: [FIRST, REST, END_WITHOUT_DONE] });
      const finished = await ask([openai('unsigned', { stream: true }), claude('claude-11', { stream: true })]);
      wire.respond({ headers: SSE, body: [FIRST, REST] });
      const unfinished = await ask([openai('unfinished', { stream: true }), claude('claude-11', { stream: true })]);
      const { success } = await row(finished);
      return rescued([finished], 'complete where the finish reason was seen, an error event where not', [
        ['the answer is the whole one', finished.words === PRIMARY_WORDS && success],
        ['without a finish reason the caller is told', unfinished.ending === 'told'],
        ['nobody else was asked', asked('claude-11') === 0],
      ]);
    },
  },
];

const IDLE_MS = 300;
const GARBAGE = 'data: {not json\n\n';

function isBeginning({ words, text }: FaultAnswer): boolean {
  return words !== '' && PRIMARY_WORDS.startsWith(words) && words !== PRIMARY_WORDS && !text.includes('[DONE]');
}
