import type { Machine } from './machine.ts';
import type { Figures } from './measure.ts';
import { CALL_RATE, CONNECTIONS, OPEN_STREAMS, type Plan, STREAM_RATE } from './plan.ts';
import type { Result } from './rounds.ts';

/** Everything a run found out, as it is written down. */
export interface Report {
  readonly date: string;
  readonly machine: Machine;
  readonly plan: Plan;
  readonly results: readonly Result[];
}

const HEAD = [
  'Subject',
  'CPU µs / call (budget)',
  'added p50 / p99 ms',
  'CPU µs / stream event',
  'over untouched (budget)',
  'added first token p50 / p99 ms',
  'RSS MB',
  'start ms',
  'calls/s, one core',
  'rows stored',
];

/** The report as Markdown. */
export function toMarkdown({ date, machine, plan, results }: Report): string {
  const rows = results.flatMap((result) =>
    result.figures === undefined ? [] : [row(result, result.figures, results)],
  );
  const problems = results.filter(({ problem }) => problem !== undefined);
  return [
    `# Benchmark of ${date}`,
    '',
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGigabytes} GB, ${machine.kernel}; Node ${machine.node}, Bun ${machine.bun}; commit ${machine.commit}.`,
    '',
    line(HEAD),
    line(HEAD.map(() => '---')),
    ...rows.map(line),
    '',
    ...problems.map(({ subject, problem }) => `- **Not timed: ${subject.name} ${subject.version}.** ${problem}`),
    ...(problems.length === 0 ? [] : ['']),
    ...explanation(machine, plan),
    '',
  ].join('\n');
}

/** The report as JSON, every round included. */
export function toJson({ date, machine, plan, results }: Report): string {
  const subjects = results.map(({ subject, ...rest }) => ({ name: subject.name, version: subject.version, ...rest }));
  return `${JSON.stringify({ date, machine, plan, subjects }, null, 2)}\n`;
}

function row({ subject }: Result, figures: Figures, all: readonly Result[]): string[] {
  const { budget } = subject;
  return [
    `${subject.name} ${subject.version}`,
    `${figures.callMicros.toFixed(0)}${budget ? ` (${budget.callMicros})` : ''}`,
    `${figures.addedP50Millis.toFixed(2)} / ${figures.addedP99Millis.toFixed(2)}`,
    figures.eventMicros.toFixed(1),
    overUntouched({ subject, figures, all }),
    `${figures.firstTokenP50Millis.toFixed(2)} / ${figures.firstTokenP99Millis.toFixed(2)}`,
    figures.residentMegabytes.toFixed(0),
    figures.startMillis.toFixed(0),
    figures.callsPerSecond.toFixed(0),
    figures.storedShare === null ? '' : percent(figures.storedShare),
  ];
}

function overUntouched({
  subject,
  figures,
  all,
}: Pick<Result, 'subject'> & { figures: Figures; all: readonly Result[] }) {
  const untouched = all.find((other) => other.subject.name === subject.untouched)?.figures;
  if (untouched === undefined) return '';
  const over = percent(figures.eventMicros / untouched.eventMicros - 1);
  return `${over.startsWith('-') ? '' : '+'}${over}${subject.budget ? ` (+${percent(subject.budget.eventOverhead)})` : ''}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function explanation(machine: Machine, plan: Plan): string[] {
  return [
    `Medians of ${plan.rounds} round${plan.rounds === 1 ? '' : 's'}; each subject is started afresh in each round, in turn, and proves first that it hands on the`,
    "upstream's answer and all 101 events of its stream unchanged.",
    machine.pinned
      ? 'Upstream and load share one core, the subject has the other.'
      : 'Load and subject shared the same cores, so times are not comparable with those of other machines.',
    `CPU is user and system time of all processes of the subject, until its background work is done: calls with ${CONNECTIONS}`,
    `connections that ask without a pause, events with ${OPEN_STREAMS} open streams of one event every 5 ms. Added latency is the`,
    `difference between calls through the subject and calls straight to the upstream, sent alternately, ${CALL_RATE} a second (${STREAM_RATE} for`,
    'streams) on each way. Sluice runs as `npm start` runs it, with an empty data directory, and stores every call with its bodies in SQLite;',
    'nginx, Portkey and the untouched servers store nothing.',
  ];
}
