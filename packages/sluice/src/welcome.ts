import type { SluiceConfig } from './config/read-config.ts';
import type { Sluice } from './create-sluice.ts';
import { isLoopback } from './loopback.ts';

export interface WelcomeOptions {
  /** The port in use, where the configuration left the choice to the system. */
  readonly port?: number;
  /** Where data lies, when it is not `dataDir`. */
  readonly data?: string;
}

/** What an app prints once it listens: what to put into a client, a line to try, the new token, and where things are. */
export function welcome(sluice: Sluice, config: SluiceConfig, options: WelcomeOptions = {}): string {
  const origin = originOf(config.host, options.port ?? config.port);
  const base = `${origin}/v1/${config.account}/default`;
  return [
    `Sluice is ready on ${origin}`,
    '',
    `  Base URL    ${base}/{provider}`,
    `  OpenAI      ${base}/openai in place of https://api.openai.com/v1`,
    `  Data        ${options.data ?? placesOf(config)}`,
    ...tokenLines(sluice.newToken),
    '',
    'Try it:',
    '',
    `  ${curl(base, sluice)}`,
    ...gatewayHints(sluice, config),
    '',
  ].join('\n');
}

/** Where everything lies; addresses without the passwords in them. */
function placesOf({ dataDir, databaseUrl, redisUrl }: SluiceConfig): string {
  const shared = [databaseUrl, redisUrl].flatMap((url) => (url === undefined ? [] : [withoutPassword(url)]));
  return shared.length === 0 ? dataDir : shared.join(', ');
}

function withoutPassword(address: string): string {
  if (!URL.canParse(address)) return 'an unreadable address';
  const { protocol, host, pathname } = new URL(address);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}

function originOf(host: string, port: number): string {
  const everywhere = host === '0.0.0.0' || host === '::' || host === '[::]';
  const name = everywhere ? '127.0.0.1' : host;
  return `http://${name.includes(':') && !name.startsWith('[') ? `[${name}]` : name}:${port}`;
}

function tokenLines(token: string | undefined): readonly string[] {
  return token === undefined ? [] : [`  Token       ${token}   (for management; shown only this once)`];
}

function curl(base: string, sluice: Sluice): string {
  const headers = ['content-type: application/json', 'authorization: Bearer $OPENAI_API_KEY'];
  if (sluice.authentication) headers.push(`cf-aig-authorization: Bearer ${tokenToShow(sluice)}`);
  const body = '{"model":"gpt-5-mini","messages":[{"role":"user","content":"Hello"}]}';
  return `curl ${base}/openai/chat/completions ${headers.map((line) => `-H "${line}"`).join(' ')} -d '${body}'`;
}

function tokenToShow({ newToken }: Sluice): string {
  return newToken ?? '$SLUICE_ADMIN_TOKEN';
}

function gatewayHints({ authentication }: Sluice, { host }: SluiceConfig): readonly string[] {
  if (authentication) {
    return ['', 'The gateway "default" is authenticated: every call needs the token in cf-aig-authorization.'];
  }
  if (isLoopback(host)) return [];
  return [
    '',
    `Warning: the gateway "default" is open, and the server listens on ${host}: whoever reaches it can use it.`,
  ];
}
