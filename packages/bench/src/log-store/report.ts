import type { Machine } from '../machine.ts';
import type { Flow, Timing } from './measure.ts';

/** Everything that was found out about one database. */
export interface StoreResult {
  readonly name: string;
  readonly rows: number;
  readonly megabytes: number;
  readonly timings: readonly Timing[];
  readonly flow: Flow;
}

export interface StoreReport {
  readonly date: string;
  readonly machine: Machine;
  readonly results: readonly StoreResult[];
  /** How many programs wanted a core, over 1, 5 and 15 minutes. */
  readonly load: readonly number[];
}

/** The report as Markdown. */
export function toMarkdown({ date, machine, results, load }: StoreReport): string {
  return [
    `# The log's store on ${date}`,
    '',
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGigabytes} GB, ${machine.kernel}; Node ${machine.node}; commit ${machine.commit}.`,
    'Questions go to the management API without a network, one after the other, answers parsed, each having been asked once before.',
    `Other programs kept the machine busy meanwhile: its load was ${load.map((value) => value.toFixed(1)).join(', ')} over 1, 5 and 15 minutes at the end.`,
    ...results.flatMap(section),
    '',
  ].join('\n');
}

function section({ name, rows, megabytes, timings, flow }: StoreResult): string[] {
  return [
    '',
    `## ${name}: ${rows.toLocaleString('en')} rows, ${megabytes.toLocaleString('en')} MB`,
    '',
    '| Question | p50 ms | p95 ms | most ms | wanted at p95 |',
    '| --- | --- | --- | --- | --- |',
    ...timings.map(
      ({ name, p50, p95, max, budget }) =>
        `| ${name} | ${p50.toFixed(1)} | ${p95.toFixed(1)} | ${max.toFixed(1)} | ${budget === undefined ? '' : `≤ ${budget}`} |`,
    ),
    '',
    '| Rows | |',
    '| --- | --- |',
    `| inserted by one process, in batches of 200 | ${flow.insertedPerSecond.toLocaleString('en')} a second (wanted: 5,000) |`,
    `| processor time of that process | ${flow.insertCpu.toFixed(1)} µs a row |`,
    `| how late timers are at 5,000 rows a second, p99 | ${flow.delayP99.toFixed(1)} ms |`,
    `| deleted | ${flow.deletedPerSecond.toLocaleString('en')} a second |`,
  ];
}
