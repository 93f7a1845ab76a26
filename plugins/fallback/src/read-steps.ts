import { GatewayError, suggest } from '@sluice/core';
import { readConfig } from './step-config.ts';
import { readHeaders } from './step-headers.ts';

/** One step as the client wrote it: whom to ask, and what. */
export interface Step {
  readonly provider: string;
  /** Below the provider's slug, percent-encoded, without a leading slash. */
  readonly path: string;
  /** With its `?`, or empty. */
  readonly query: string;
  /** What goes upstream: lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The `cf-aig-*` headers of this step without that prefix, and what its config says in their place. */
  readonly options: ReadonlyMap<string, string>;
  /** What is sent; null for a request without a body. */
  readonly payload: Payload | null;
}

/** A body as the step holds it: a JSON value, or text that is no JSON. */
export type Payload =
  | { readonly type: 'json'; readonly value: unknown }
  | { readonly type: 'text'; readonly text: string };

/**
 * Reads the body of a call to the gateway's own address: an array of steps, or one step without the array. Throws
 * `invalid_request` that names the field and the way out.
 */
export function readSteps(body: unknown): readonly Step[] {
  if (isRecord(body)) return [readStep(body, 0)];
  if (!Array.isArray(body)) throw refusal(`it is ${body === undefined ? 'not JSON' : 'neither of them'}`);
  if (body.length === 0) throw refusal('the array is empty');
  if (body.length > MOST_STEPS) throw refusal(`these are ${body.length} steps; send ${MOST_STEPS} at most`);
  return body.map(readStep);
}

/** Who needs more has a list of models in mind, not a fallback. */
const MOST_STEPS = 20;

const FIELDS = ['provider', 'endpoint', 'headers', 'query', 'authorization', 'config'];

function readStep(step: unknown, index: number): Step {
  const at = `steps[${index}]`;
  if (!isRecord(step)) throw new GatewayError('invalid_request', `${at} is not an object. ${EXAMPLE}`);
  assertKnown(step, at);
  const { headers, options } = readHeaders(step, at);
  const payload = readPayload(step.query);
  return {
    provider: readText(step.provider, `${at}.provider`, 'the slug of a provider, such as "openai"'),
    ...splitEndpoint(readText(step.endpoint, `${at}.endpoint`, 'a path of the provider, such as "chat/completions"')),
    headers: payload === null ? headers : { 'content-type': 'application/json', ...headers },
    options: new Map([...options, ...readConfig(step.config, `${at}.config`)]),
    payload,
  };
}

function assertKnown(step: Readonly<Record<string, unknown>>, at: string): void {
  for (const name of Object.keys(step)) {
    if (FIELDS.includes(name)) continue;
    throw new GatewayError('invalid_request', `${at} has no field "${name.slice(0, 50)}". ${suggest(name, FIELDS)}`);
  }
}

function readText(value: unknown, at: string, what: string): string {
  if (typeof value === 'string') return value;
  throw new GatewayError(
    'invalid_request',
    `${at} ${value === undefined ? 'is missing' : 'is not a string'}. Put ${what} there.`,
  );
}

/** Clients that build URLs have done the percent-encoding; what is left raw would be no request line. */
function splitEndpoint(endpoint: string): Pick<Step, 'path' | 'query'> {
  const [whole = ''] = endpoint.trim().replace(/^\/+/, '').split('#');
  const encoded = whole.toWellFormed().replace(/[^\x21-\x7e]+/g, encodeURIComponent);
  const mark = encoded.indexOf('?');
  return mark === -1 ? { path: encoded, query: '' } : { path: encoded.slice(0, mark), query: encoded.slice(mark) };
}

function readPayload(query: unknown): Payload | null {
  if (query === undefined || query === null) return null;
  // How Cloudflare's TanStack adapter sends a body that is no JSON.
  if (isRecord(query) && typeof query._raw === 'string' && Object.keys(query).length === 1) {
    return { type: 'text', text: query._raw };
  }
  return { type: 'json', value: query };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const EXAMPLE =
  'A step looks like {"provider":"openai","endpoint":"chat/completions","headers":{"authorization":"Bearer …"},"query":{…}}.';

function refusal(why: string): GatewayError {
  return new GatewayError(
    'invalid_request',
    `the body of a call to the gateway's own address is an array of steps or one step, and ${why}. ${EXAMPLE}`,
  );
}
