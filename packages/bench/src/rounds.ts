import { type Bench, type Figures, measure } from './measure.ts';
import { median } from './statistics.ts';
import type { Subject } from './subjects/subject.ts';

/** What all rounds together say about one subject. */
export interface Result {
  readonly subject: Subject;
  /** Medians over the rounds; undefined when the subject could not be measured. */
  readonly figures: Figures | undefined;
  readonly rounds: readonly Figures[];
  /** Why it was not measured. */
  readonly problem: string | undefined;
}

/** Measures all subjects in turn, round after round, so that a slow minute of the machine falls on all of them. */
export async function measureInTurn(
  subjects: readonly Subject[],
  { bench, tell }: { readonly bench: Bench; tell(progress: string): void },
): Promise<readonly Result[]> {
  const rounds = new Map<Subject, Figures[]>(subjects.map((subject) => [subject, []]));
  const problems = new Map<Subject, string>();
  for (let round = 1; round <= bench.plan.rounds; round++) {
    for (const subject of subjects.filter((candidate) => !problems.has(candidate))) {
      tell(`round ${round} of ${bench.plan.rounds}: ${subject.name}`);
      const problem = subject.missing() ?? (await attempt(subject, bench, rounds.get(subject) ?? []));
      if (problem !== undefined) problems.set(subject, problem);
    }
  }
  return subjects.map((subject) => toResult(subject, rounds.get(subject) ?? [], problems.get(subject)));
}

async function attempt(subject: Subject, bench: Bench, figures: Figures[]): Promise<string | undefined> {
  try {
    figures.push(await measure(subject, bench));
    return undefined;
  } catch (error) {
    return error instanceof Error ? explain(error) : String(error);
  }
}

/** A subject that failed in one round has no figures at all: half of a measurement proves nothing. */
function toResult(subject: Subject, rounds: readonly Figures[], problem: string | undefined): Result {
  const figures = problem === undefined ? medians(rounds) : undefined;
  return { subject, figures, rounds, problem };
}

function medians(rounds: readonly Figures[]): Figures {
  const of = (name: Exclude<keyof Figures, 'storedShare'>) => median(rounds.map((figures) => figures[name]));
  const shares = rounds.flatMap(({ storedShare }) => (storedShare === null ? [] : [storedShare]));
  return {
    startMillis: of('startMillis'),
    callMicros: of('callMicros'),
    callsPerSecond: of('callsPerSecond'),
    addedP50Millis: of('addedP50Millis'),
    addedP99Millis: of('addedP99Millis'),
    storedShare: shares.length === 0 ? null : Math.min(...shares),
    residentMegabytes: of('residentMegabytes'),
    eventMicros: of('eventMicros'),
    firstTokenP50Millis: of('firstTokenP50Millis'),
    firstTokenP99Millis: of('firstTokenP99Millis'),
  };
}

function explain({ name, message, cause }: Error): string {
  return `${name}: ${message}${cause instanceof Error ? ` (${cause.message})` : ''}`;
}
