import { GatewayError } from '../errors.ts';

/** The parts of `/v1/{account}/{gateway}/{provider}/{path}{query}`. */
export interface Route {
  readonly account: string;
  readonly gateway: string;
  /** Empty for the gateway's own address, the universal endpoint. */
  readonly provider: string;
  /** Percent-encoding as it came, without a leading slash. */
  readonly path: string;
  /** With its `?`, or empty. */
  readonly query: string;
}

/** Takes a request's URL apart without decoding anything: model ids hold `:`, `@` and `%2F` that must survive. */
export function parseRoute(url: string, basePath: string): Route {
  const start = pathStart(url);
  const fragment = url.indexOf('#', start);
  const end = fragment === -1 ? url.length : fragment;
  const mark = url.indexOf('?', start);
  const queryAt = mark === -1 || mark > end ? end : mark;
  const path = url.slice(start, queryAt);
  if (!path.startsWith(`${basePath}/`)) throw unknownPath(path, basePath);
  const [account = '', gateway = '', provider = '', ...rest] = path.slice(basePath.length + 1).split('/');
  if (account === '' || gateway === '' || (provider === '' && rest.length > 0)) throw unknownPath(path, basePath);
  return { account, gateway, provider, path: rest.join('/'), query: url.slice(queryAt, end) };
}

function pathStart(url: string): number {
  const scheme = url.indexOf('://');
  const slash = url.indexOf('/', scheme === -1 ? 0 : scheme + 3);
  return slash === -1 ? url.length : slash;
}

function unknownPath(path: string, basePath: string): GatewayError {
  return new GatewayError(
    'not_found',
    `Nothing answers at ${path || '/'}. Calls go to ${basePath}/{account}/{gateway}/{provider}/{path of the provider}, ` +
      `for example ${basePath}/default/default/openai/chat/completions.`,
  );
}
