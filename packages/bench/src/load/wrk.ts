import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pinned } from '../cores.ts';
import type { Target } from '../subjects/subject.ts';
import { findProgram } from '../tools.ts';
import { QUESTION } from '../workload.ts';

interface WrkOptions {
  readonly connections: number;
  readonly seconds: number;
  readonly directory: string;
}

/** Asks as fast as the answers come, over a fixed number of connections; returns how many calls were answered. */
export async function wrk(target: Target, { connections, seconds, directory }: WrkOptions): Promise<number> {
  const program = findProgram('wrk');
  if (program === undefined) throw new Error('wrk is missing: apt-get install wrk');
  const script = join(directory, 'call.lua');
  writeFileSync(script, luaScript(target));
  const options = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', script, target.url];
  const [command, ...args] = pinned('load', [program, ...options]);
  const { stdout } = await promisify(execFile)(command, args);
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`Not every call was answered well: ${trouble(stdout)}`);
  return Number(/(\d+) requests in/.exec(stdout)?.[1] ?? 0);
}

function luaScript({ headers, isVaried = false }: Target): string {
  const lines = Object.entries(headers).map(([name, value]) => `wrk.headers[${quote(name)}] = ${quote(value)}`);
  return ['wrk.method = "POST"', `wrk.body = ${quote(QUESTION)}`, ...lines, ...(isVaried ? VARIED : [])].join('\n');
}

/** The run is part of the question: what the runs before asked may still be cached. One number would lose its last digits in Lua. */
const VARIED: readonly string[] = [
  'local run, asked = os.time(), 0',
  'function request()',
  '  asked = asked + 1',
  `  return wrk.format(nil, nil, nil, '{"user":"' .. run .. '-' .. asked .. '",' .. wrk.body:sub(2))`,
  'end',
];

/** A JSON string is a Lua string as long as it escapes nothing but quotes and backslashes. */
function quote(text: string): string {
  return JSON.stringify(text);
}

function trouble(output: string): string {
  return output
    .split('\n')
    .filter((line) => /Non-2xx|Socket errors/.test(line))
    .join(' ')
    .trim();
}
