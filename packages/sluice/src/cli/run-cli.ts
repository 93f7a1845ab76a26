import { parseArgs } from 'node:util';
import { CliError } from './cli-error.ts';
import { apply, plan, printSchema, pull, type Task } from './config-commands.ts';

/** Where the program reads and writes; the process itself unless given. */
export interface CliIo {
  env(name: string): string | undefined;
  out(text: string): void;
  err(text: string): void;
  /** The answer to a question, or undefined where nobody can be asked. */
  ask(question: string): Promise<string | undefined>;
}

/** Runs `sluice …` and gives its exit code: 0 for done or nothing to do, 2 for a plan with changes, 1 for a mistake. */
export async function runCli(args: readonly string[], io: CliIo = ofProcess()): Promise<number> {
  try {
    const { values, positionals } = parsed(args);
    const [group, name = '', file, ...rest] = positionals;
    if (values.help === true || group === undefined) {
      io.out(HELP);
      return 0;
    }
    const command = group === 'config' && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined || rest.length > 0) {
      throw new CliError(`There is no command "sluice ${positionals.join(' ')}".\n\n${HELP}`);
    }
    return await command({ io, file, ...values });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    io.err(error.message);
    return 1;
  }
}

const COMMANDS: Readonly<Record<string, (task: Task) => Promise<number>>> = { pull, plan, apply, schema: printSchema };

const HELP = `sluice config pull [--out <file>]                  write the configuration of the account
sluice config plan <file> [--prune]                show what the file would change; exit code 2 if anything
sluice config apply <file> [--prune] [--yes]       change it, all of it or nothing
sluice config schema [--out <file>]                write the JSON Schema of the file, for editors

A file is .json, .ts, .js or .mjs. --prune takes away what is stored and not in the file.
SLUICE_URL (http://127.0.0.1:8787), SLUICE_ADMIN_TOKEN and SLUICE_ACCOUNT_ID (default) say where and who.`;

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new CliError(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  }
}

const OPTIONS = {
  out: { type: 'string' },
  prune: { type: 'boolean' },
  yes: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

function ofProcess(): CliIo {
  return {
    env: (name) => process.env[name],
    out: (text) => console.log(text),
    err: (text) => console.error(text),
    async ask(question) {
      if (process.stdin.isTTY !== true) return undefined;
      const { createInterface } = await import('node:readline/promises');
      const lines = createInterface({ input: process.stdin, output: process.stdout });
      try {
        return await lines.question(question);
      } finally {
        lines.close();
      }
    },
  };
}
