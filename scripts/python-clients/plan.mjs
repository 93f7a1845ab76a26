import {
  askToFail,
  CHAT_TOKENS,
  EMBEDDING_TOKENS,
  FAILURES,
  SCRIPT,
  TRANSCRIPTION_TOKENS,
  UNKNOWN_TOKENS,
} from '../../packages/testing/src/clients/script.ts';

/** What the Python side has to know, as JSON: where to call and what the stand-ins of the vendors say. */
export function toPlan(gatewayUrl) {
  const base = `${gatewayUrl}/v1/default/default`;
  const mp3 = Buffer.from(SCRIPT.speech.mp3).toString('base64');
  return {
    bases: { openai: `${base}/openai`, anthropic: `${base}/anthropic` },
    script: { ...SCRIPT, speech: { ...SCRIPT.speech, mp3 } },
    failures: FAILURES.map((failure) => ({ ...failure, ask: askToFail(failure.status) })),
    tokens: {
      chat: CHAT_TOKENS,
      embedding: EMBEDDING_TOKENS,
      transcription: TRANSCRIPTION_TOKENS,
      unknown: UNKNOWN_TOKENS,
    },
  };
}
