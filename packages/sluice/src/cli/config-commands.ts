import { writeFile } from 'node:fs/promises';
import type { AccountConfig, ConfigPlan } from '@sluice/management';
import { CliError } from './cli-error.ts';
import { readConfigFile } from './config-file.ts';
import { withEnvironment } from './environment-references.ts';
import { connect, type Server } from './management-client.ts';
import { printedPlan } from './printed-plan.ts';
import type { CliIo } from './run-cli.ts';

/** One command with what stood behind it. */
export interface Task {
  readonly io: CliIo;
  readonly file: string | undefined;
  readonly out?: string | undefined;
  readonly prune?: boolean | undefined;
  readonly yes?: boolean | undefined;
}

/** Writes the configuration of the account. */
export async function pull({ io, file, out }: Task): Promise<number> {
  if (file !== undefined) throw new CliError(`"pull" takes no file: write --out ${file}.`);
  const config = await connect(io, undefined).call<AccountConfig>('GET', '');
  return write(io, out, config);
}

/** Shows what a file would change. */
export async function plan(task: Task): Promise<number> {
  const { io } = task;
  const { server, config } = await opened(task);
  const planned = await server.call<ConfigPlan>('POST', '/plan', { config, prune: task.prune === true });
  io.out(printedPlan(planned.changes));
  return planned.changes.length > 0 ? 2 : 0;
}

/** Shows what a file would change, asks, and changes just that. */
export async function apply(task: Task): Promise<number> {
  const { io, yes = false, prune = false } = task;
  const { server, config } = await opened(task);
  const { changes, hash } = await server.call<ConfigPlan>('POST', '/plan', { config, prune });
  io.out(printedPlan(changes));
  if (changes.length === 0) return 0;
  if (!yes && !(await isMeant(io))) throw new CliError('Nothing was changed.');
  await server.call('PUT', '', { config, prune, expected_hash: hash });
  io.out('Applied.');
  return 0;
}

/** Writes the JSON Schema of a file. */
export async function printSchema({ io, out }: Task): Promise<number> {
  // The only command that needs the whole of the API: the others start without it.
  const { accountConfigSchema } = await import('@sluice/management');
  return write(io, out, accountConfigSchema());
}

async function opened({ io, file }: Task): Promise<{ readonly server: Server; readonly config: AccountConfig }> {
  if (file === undefined) throw new CliError('Name the file: sluice config plan sluice.config.json');
  const config = withEnvironment(await readConfigFile(file), io.env);
  return { server: connect(io, config.account), config };
}

async function isMeant(io: CliIo): Promise<boolean> {
  const answer = await io.ask('Apply these changes? [y/N] ');
  if (answer === undefined) throw new CliError('Nothing was changed: nobody is here to be asked. Add --yes.');
  return /^y(es)?$/i.test(answer.trim());
}

async function write(io: CliIo, out: string | undefined, value: unknown): Promise<number> {
  const text = JSON.stringify(value, null, 2);
  if (out === undefined) io.out(text);
  else {
    await writeFile(out, `${text}\n`).catch((error: Error) => {
      throw new CliError(`Could not write ${out}: ${error.message}`);
    });
  }
  return 0;
}
