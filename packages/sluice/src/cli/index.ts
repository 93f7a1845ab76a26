#!/usr/bin/env node
import { runCli } from './run-cli.ts';

export { type CliIo, runCli } from './run-cli.ts';

if (import.meta.main) process.exitCode = await runCli(process.argv.slice(2));
