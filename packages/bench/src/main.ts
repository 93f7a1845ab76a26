import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pinSelf } from './cores.ts';
import { describeMachine } from './machine.ts';
import { FULL, type Plan, QUICK } from './plan.ts';
import { type Report, toJson, toMarkdown } from './report.ts';
import { measureInTurn, type Result } from './rounds.ts';
import { nginx } from './subjects/nginx.ts';
import { portkey } from './subjects/portkey.ts';
import { sluice, sluiceFromCache, sluiceWithEverythingOn } from './subjects/sluice.ts';
import type { Subject } from './subjects/subject.ts';
import { untouchedOnBun, untouchedOnNode } from './subjects/untouched.ts';
import { findProgram } from './tools.ts';
import { startAnswers, startStreams } from './upstream/upstreams.ts';

const RESULTS = new URL('../results/', import.meta.url);

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, only: { type: 'string' } } });
const plan = values.quick ? QUICK : FULL;

requirePrograms();
pinSelf();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const report: Report = {
  date: new Date().toISOString().slice(0, 10),
  machine: describeMachine(),
  plan,
  results: await measureAll(chosen(values.only), plan),
};
console.log(`\n${toMarkdown(report)}`);
// Part of a measurement is for the eye only: what is kept compares everybody.
if (values.only === undefined && !values.quick) await keep(report);

async function measureAll(subjects: readonly Subject[], plan: Plan): Promise<readonly Result[]> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const answers = await startAnswers(directory);
  const streams = await startStreams();
  try {
    return await measureInTurn(subjects, { bench: { answers, streams, plan }, tell: console.log });
  } finally {
    await Promise.all([answers.stop(), streams.stop()]);
    await rm(directory, { recursive: true, force: true });
  }
}

function chosen(only: string | undefined): readonly Subject[] {
  const all = [
    nginx(),
    untouchedOnBun(),
    untouchedOnNode(),
    sluice('Bun'),
    sluice('Node'),
    sluiceWithEverythingOn('Bun'),
    sluiceWithEverythingOn('Node'),
    sluiceFromCache('Bun'),
    sluiceFromCache('Node'),
    portkey(),
  ];
  const wanted = only?.toLowerCase().split(',');
  return all.filter(({ name }) => wanted?.some((part) => name.toLowerCase().includes(part)) ?? true);
}

function requirePrograms(): void {
  const missing = [
    ['nginx', 'nginx-light'],
    ['wrk', 'wrk'],
  ].filter(([program = '']) => findProgram(program) === undefined);
  if (missing.length === 0) return;
  console.error(
    `The benchmark needs ${missing.map(([program]) => program).join(' and ')}. On Debian or Ubuntu, as root:`,
  );
  console.error(`  apt-get install ${missing.map(([, debianPackage]) => debianPackage).join(' ')}`);
  process.exit(1);
}

async function keep(report: Report): Promise<void> {
  const name = `${report.date}-${report.machine.cpu.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
  await mkdir(RESULTS, { recursive: true });
  await writeFile(new URL(`${name}.md`, RESULTS), toMarkdown(report));
  await writeFile(new URL(`${name}.json`, RESULTS), toJson(report));
  console.log(`Written to packages/bench/results/${name}.md and .json`);
}
