import type { FaultResult } from './fault.ts';

/** The results as a table in Markdown, and how many are of which kind. */
export function faultTable(results: readonly FaultResult[]): string {
  const rows = results.map(({ number, name, verdict, seen }) => `| ${number} | ${name} | ${verdict} | ${seen} |`);
  const count = (verdict: FaultResult['verdict']): string =>
    `${results.filter((result) => result.verdict === verdict).length} ${verdict}`;
  return [
    '| | Fault of the primary upstream | Verdict | What was seen |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    `${[count('pass'), count('safe'), count('fail')].join(', ')}, of ${results.length}.`,
  ].join('\n');
}
