import type { Family } from './families.ts';
import type { LogCounts, MetricsSources, RollupCounts } from './sources.ts';

/** What the process does beside calls. */
export function processFamilies(sources: MetricsSources): Family[] {
  const memory = sources.memory?.();
  return [
    ...logFamilies(sources.log()),
    ...rollupFamilies(sources.rollups()),
    ...(memory === undefined
      ? []
      : [
          single('process_resident_memory_bytes', 'gauge', 'Memory of the process.', memory.residentBytes),
          single('process_heap_bytes', 'gauge', 'Memory of its objects.', memory.heapBytes),
        ]),
  ];
}

function logFamilies(log: LogCounts): Family[] {
  return [
    single('sluice_log_rows_queued', 'gauge', 'Rows of the log that are not written yet.', log.queued),
    single('sluice_log_queue_bytes', 'gauge', 'What they take in memory, bodies included.', log.queuedBytes),
    single('sluice_log_rows_written_total', 'counter', 'Rows of the log that were written.', log.written),
    single('sluice_log_rows_dropped_total', 'counter', 'Rows of the log that were given up.', log.dropped),
    single('sluice_log_bodies_dropped_total', 'counter', 'Rows that lost their bodies.', log.droppedBodies),
    single('sluice_log_write_failures_total', 'counter', 'How often the log could not be written.', log.failures),
    ...spoolFamilies(log),
  ];
}

function spoolFamilies({ spooled, spooledBytes = 0, spoolFailures = 0 }: LogCounts): Family[] {
  if (spooled === undefined) return [];
  return [
    single('sluice_log_rows_spooled', 'gauge', 'Rows of the log that wait on disk.', spooled),
    single('sluice_log_spool_bytes', 'gauge', 'What they take there.', spooledBytes),
    single('sluice_log_spool_failures_total', 'counter', 'How often rows could not be put there.', spoolFailures),
  ];
}

function rollupFamilies(rollups: RollupCounts): Family[] {
  return [
    single('sluice_rollup_rows_queued', 'gauge', 'Rows of roll-ups that are not written yet.', rollups.queued),
    single('sluice_rollup_rows_written_total', 'counter', 'Rows of roll-ups that were written.', rollups.written),
    single('sluice_rollup_calls_dropped_total', 'counter', 'Calls that no roll-up counts.', rollups.dropped),
    single(
      'sluice_rollup_write_failures_total',
      'counter',
      'How often roll-ups could not be written.',
      rollups.failures,
    ),
  ];
}

function single(name: string, type: 'counter' | 'gauge', help: string, value: number): Family {
  return { name, type, help, samples: [{ value }] };
}
