import type { Usage } from '@sluice/core';
import type { TokenKind } from './rates.ts';

/** How many tokens of each kind a call is billed for; every token is in exactly one kind. */
export type Quantities = Readonly<Record<TokenKind, number>>;

/**
 * Cuts the inclusive counts of a usage into kinds that don't overlap. Where a vendor leaves open which cached tokens
 * were audio or pictures, they are taken for text as far as the total allows.
 */
export function quantitiesOf(usage: Usage): Quantities {
  return { ...inputs(usage), ...outputs(usage) };
}

type Side<Kind extends TokenKind> = Readonly<Record<Kind, number>>;

function inputs(
  usage: Usage,
): Side<
  'input' | 'cacheRead' | 'cacheWrite' | 'cacheWrite1h' | 'inputAudio' | 'inputImage' | 'cachedAudio' | 'cachedImage'
> {
  const total = usage.billed?.inputTokens ?? usage.inputTokens ?? 0;
  // A vendor that bills other tokens than it counts has its cache figures among the counted ones.
  const cached = usage.billed === undefined ? usage : { cacheReadTokens: 0, cacheWriteTokens: 0 };
  const read = atMost(cached.cacheReadTokens, total);
  const write = atMost(cached.cacheWriteTokens, total - read);
  const audio = atMost(usage.inputAudioTokens, total);
  const image = atMost(usage.inputImageTokens, total - audio);
  const write1h = atMost(usage.cacheWrite1hTokens, write);
  const twice = Math.max(0, read + write + audio + image - total);
  const cachedAudio = Math.min(twice, audio, read);
  const cachedImage = Math.min(twice - cachedAudio, image, read - cachedAudio);
  return {
    cacheRead: read - cachedAudio - cachedImage,
    cacheWrite: write - write1h,
    cacheWrite1h: write1h,
    inputAudio: audio - cachedAudio,
    inputImage: image - cachedImage,
    cachedAudio,
    cachedImage,
    input: Math.max(0, total - read - write - audio - image + cachedAudio + cachedImage),
  };
}

function outputs(usage: Usage): Side<'output' | 'reasoning' | 'outputAudio' | 'outputImage'> {
  const total = usage.billed?.outputTokens ?? usage.outputTokens ?? 0;
  const reasoning = atMost(usage.reasoningTokens, total);
  const audio = atMost(usage.outputAudioTokens, total - reasoning);
  const image = atMost(usage.outputImageTokens, total - reasoning - audio);
  return {
    reasoning,
    outputAudio: audio,
    outputImage: image,
    output: total - reasoning - audio - image,
  };
}

/** A part, unknown taken as none, and never more than what is left of its whole. */
function atMost(part: number | null | undefined, left: number): number {
  return Math.min(part ?? 0, left);
}
