import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AccountConfig } from '@sluice/management';
import { CliError } from './cli-error.ts';

/** What a file holds: JSON, or the default export of a module. The server says what is wrong inside. */
export async function readConfigFile(file: string): Promise<AccountConfig> {
  const value = extname(file) === '.json' ? await fromJson(file) : await fromModule(file);
  if (typeof value === 'object' && value !== null) return value as AccountConfig;
  throw new CliError(`${file} holds no configuration: it needs an object, in a module as its default export.`);
}

async function fromJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new CliError(`Could not read ${file}: ${error.message}`);
  });
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own words quote the file, which may hold a secret.
    throw new CliError(`${file} is not valid JSON.`);
  }
}

async function fromModule(file: string): Promise<unknown> {
  try {
    const module = (await import(pathToFileURL(resolve(file)).href)) as { readonly default?: unknown };
    return module.default;
  } catch (error) {
    throw new CliError(`Could not load ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
