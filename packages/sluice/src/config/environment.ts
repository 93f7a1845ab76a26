import { ConfigError } from './config-error.ts';

/** How a setting from the environment is reached; empty counts as unset. */
export type Environment = (name: string) => string | undefined;

/** The settings that only the environment has. */
export interface Basics {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly account: string;
  readonly adminToken: string | undefined;
}

/** Reads the settings of this process. Throws `ConfigError` with every problem. */
export function readBasics(env: Environment, defaultHost: string): Basics {
  const problems: string[] = [];
  const read = (name: string, fallback: string, rule: RegExp, what: string): string => {
    const value = env(name)?.trim() || fallback;
    if (!rule.test(value)) problems.push(`${name} must be ${what}, not "${value}".`);
    return value;
  };
  const host = read('HOST', defaultHost, /^[\w.:[\]-]+$/, 'an address or host name to listen on, such as 127.0.0.1');
  const port = read('PORT', '8787', PORT, 'a port number from 0 to 65535 (0 takes any free one)');
  const dataDir = read('SLUICE_DATA_DIR', './.sluice', /./, 'a directory');
  const account = read('SLUICE_ACCOUNT_ID', 'default', /^[\w-]{1,64}$/, '1 to 64 letters, digits, "-" or "_"');
  const adminToken = env('SLUICE_ADMIN_TOKEN')?.trim() || undefined;
  if (adminToken !== undefined && !/^[\x21-\x7e]{16,512}$/.test(adminToken)) {
    problems.push('SLUICE_ADMIN_TOKEN must have 16 to 512 printable ASCII characters without spaces.');
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return { host, port: Number(port), dataDir, account, adminToken };
}

/** The variable that moves a provider: `SLUICE_PROVIDER_GOOGLE_AI_STUDIO_BASE_URL`. */
export function baseUrlVariable(slug: string): string {
  return `SLUICE_PROVIDER_${slug.toUpperCase().replaceAll('-', '_')}_BASE_URL`;
}

/** The variables that are read apart from those of the providers. */
export const VARIABLES: readonly string[] = [
  'SLUICE_DATA_DIR',
  'SLUICE_ACCOUNT_ID',
  'SLUICE_ADMIN_TOKEN',
  'SLUICE_CONFIG',
];

const PORT = /^(?:\d{1,4}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])$/;
