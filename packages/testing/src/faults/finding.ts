import type { FaultAnswer } from './answer.ts';
import type { Finding } from './fault.ts';

/** Something that must hold, in words for when it does not. */
export type Claim = readonly [what: string, holds: boolean];

/**
 * Judges a fault after which every caller should have a whole answer: `safe` where one was told of the failure instead,
 * `fail` where one was lied to or a claim does not hold.
 */
export function rescued(answers: readonly FaultAnswer[], seen: string, claims: readonly Claim[]): Finding {
  const lost = answers.find(({ ending }) => ending === 'untrue');
  if (lost !== undefined) return failed(`the caller got ${lost.status} ${excerpt(lost.text)}`);
  const told = answers.find(({ ending }) => ending === 'told');
  if (told !== undefined) {
    return { verdict: 'safe', seen: `not rescued, an error was told: ${told.status} ${excerpt(told.text)}` };
  }
  return asClaimed('pass', seen, claims);
}

/** Judges a fault that can't be made good: every caller has to be told, in its own protocol. */
export function toldSafely(answers: readonly FaultAnswer[], seen: string, claims: readonly Claim[]): Finding {
  const untold = answers.find(({ ending }) => ending !== 'told');
  if (untold !== undefined) return failed(`the caller was not told: ${untold.status} ${excerpt(untold.text)}`);
  return asClaimed('safe', seen, claims);
}

/** Holds `verdict` when all claims do. */
export function asClaimed(verdict: Finding['verdict'], seen: string, claims: readonly Claim[]): Finding {
  const broken = claims.filter(([, holds]) => !holds).map(([what]) => what);
  return broken.length === 0 ? { verdict, seen } : failed(`it does not hold that ${broken.join(', nor that ')}`);
}

function failed(seen: string): Finding {
  return { verdict: 'fail', seen };
}

function excerpt(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(-200);
}
