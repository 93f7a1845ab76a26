import type { PluginHost } from '@sluice/core';

/** Tells the operator what goes wrong, each kind of trouble at most once in ten seconds: a dead store must not flood the console too. */
export interface Reporter {
  failed(waiting: number, spooled: number, cause: unknown): void;
  notSpooled(waiting: number, cause: unknown): void;
  dropped(rows: number, bodies: number): void;
  leftBehind(rows: number): void;
}

const QUIET_MS = 10_000;

/** A reporter that has said nothing yet. */
export function createReporter(host: PluginHost): Reporter {
  const sayFailed = seldom(host);
  const sayNotSpooled = seldom(host);
  const sayDropped = seldom(host);
  return {
    failed: (waiting, spooled, cause) => {
      const onDisk = spooled === 0 ? '' : ` and ${spooled} in the spool`;
      sayFailed(
        `The log could not be written. ${waiting} rows wait in memory${onDisk} and are tried again; calls go on.`,
        cause,
      );
    },
    notSpooled: (waiting, cause) =>
      sayNotSpooled(
        `The log's spool can't be written: ${waiting} rows wait in memory alone, and end with this process.`,
        cause,
      ),
    dropped: (rows, bodies) =>
      sayDropped(
        `The log had no more room: ${rows} rows and the bodies of ${bodies} more were dropped since the start. ` +
          'See why the store is slow or down, or raise maxQueueBytes, and spoolBytes where rows wait on disk.',
      ),
    leftBehind: (rows) => host.report(`The log was closed before ${rows} of its rows could be written.`),
  };
}

function seldom(host: PluginHost): PluginHost['report'] {
  let quietUntil = Number.NEGATIVE_INFINITY;
  return (problem, cause) => {
    if (host.now() < quietUntil) return;
    quietUntil = host.now() + QUIET_MS;
    host.report(problem, cause);
  };
}
