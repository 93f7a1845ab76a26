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
  /** Where clients reach the server, without a trailing slash; undefined leaves it to each request. */
  readonly publicUrl: string | undefined;
  /** Where settings and logs are when many machines share them: `postgres://…`. */
  readonly databaseUrl: string | undefined;
  /** Where counters and cached answers are when many machines share them: `redis://…`. */
  readonly redisUrl: string | undefined;
  /** What stored credentials of providers are sealed with. */
  readonly masterKey: string | undefined;
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
  const publicUrl = env('SLUICE_PUBLIC_URL')?.trim().replace(/\/+$/, '') || undefined;
  if (publicUrl !== undefined && !isPublicUrl(publicUrl)) {
    problems.push('SLUICE_PUBLIC_URL must be an http(s) URL without query, such as https://ai.example.com.');
  }
  const secret = (name: string, rule: RegExp, what: string): string | undefined => {
    const value = env(name)?.trim() || undefined;
    // Each of these may hold a password, so none is repeated.
    if (value !== undefined && !rule.test(value)) problems.push(`${name} must be ${what}.`);
    return value;
  };
  const databaseUrl = secret(
    'SLUICE_DATABASE_URL',
    /^postgres(?:ql)?:\/\/./,
    'an address such as postgres://user:password@host/database',
  );
  const redisUrl = secret(
    'SLUICE_REDIS_URL',
    /^rediss?:\/\/./,
    'an address such as redis://host:6379, or rediss:// with TLS',
  );
  const masterKey = secret(
    'SLUICE_MASTER_KEY',
    /^[\x21-\x7e]{32,512}$/,
    '32 to 512 printable ASCII characters without spaces',
  );
  if (problems.length > 0) throw new ConfigError(problems);
  return { host, port: Number(port), dataDir, account, adminToken, publicUrl, databaseUrl, redisUrl, masterKey };
}

function isPublicUrl(text: string): boolean {
  return /^https?:\/\/[^/?#@\s]+(?:\/[^?#\s]*)?$/.test(text) && URL.canParse(text);
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
  'SLUICE_PUBLIC_URL',
  'SLUICE_DATABASE_URL',
  'SLUICE_REDIS_URL',
  'SLUICE_MASTER_KEY',
  'SLUICE_OIDC_CLIENT_SECRET',
  'SLUICE_CONFIG',
];

const PORT = /^(?:\d{1,4}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])$/;
