import {
  type Call,
  type CallPatch,
  GatewayError,
  type Location,
  type PluginHost,
  type RequestView,
} from '@sluice/core';
import { type Payload, readSteps, type Step } from './read-steps.ts';

/** A step and the place that it goes to. */
export interface PlannedStep extends Location, Omit<Step, 'provider' | 'path'> {
  readonly index: number;
}

/** Reads and locates all steps of a call, so that a mistake in the last is told before the first is sent. */
export async function planSteps(call: Call, host: Pick<PluginHost, 'locate'>): Promise<readonly PlannedStep[]> {
  const token = gatewayToken(call);
  const planned: PlannedStep[] = [];
  for (const [index, step] of readSteps(call.json()).entries()) {
    const headers = token === undefined ? step.headers : withoutToken(step.headers, token);
    planned.push({ ...step, headers, index, ...(await locate({ ...step, headers }, index, call.account, host)) });
  }
  return planned;
}

/** What turns the client's call into this step of it. Of the client's own headers only its name goes along. */
export function patchOf(step: PlannedStep, call: Call): CallPatch {
  const { provider, target, query, index } = step;
  const userAgent = call.headers['user-agent'];
  return {
    provider,
    target,
    method: 'POST',
    query,
    headers: userAgent === undefined ? step.headers : { 'user-agent': userAgent, ...step.headers },
    options: new Map([...call.options, ...step.options]),
    body: encode(step.payload),
    step: index,
  };
}

/** The model that a step asks for, or null when its request does not say. */
export function modelOf({ target, query, headers, payload }: PlannedStep): string | null {
  const view: RequestView = {
    method: 'POST',
    path: target.path,
    query,
    contentType: headers['content-type'] ?? '',
    body: null,
    json: () => (payload?.type === 'json' ? payload.value : undefined),
  };
  return target.protocol?.readRequest(view).model ?? null;
}

async function locate(
  { provider, path, query, headers }: Step,
  index: number,
  account: string,
  host: Pick<PluginHost, 'locate'>,
): Promise<Location> {
  try {
    return await host.locate(provider, { method: 'POST', path, query, headers }, account);
  } catch (thrown) {
    if (!(thrown instanceof GatewayError)) throw thrown;
    const field = thrown.code === 'invalid_provider' ? 'provider' : 'endpoint';
    throw new GatewayError(thrown.code, `steps[${index}].${field}: ${thrown.message}`, { cause: thrown });
  }
}

const encoder = new TextEncoder();

function encode(payload: Payload | null): Uint8Array<ArrayBuffer> | null {
  if (payload === null) return null;
  return encoder.encode(payload.type === 'text' ? payload.text : JSON.stringify(payload.value));
}

/** The token that an authenticated gateway has let the call in with. */
function gatewayToken({ gateway, options }: Call): string | undefined {
  const token = gateway.authentication ? bare(options.get('authorization') ?? '') : '';
  return token === '' ? undefined : token;
}

/** A client that puts its gateway token into a step as well would hand it to a vendor. */
function withoutToken(headers: Step['headers'], token: string): Step['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => bare(value) !== token));
}

function bare(credential: string): string {
  return credential.replace(/^\s*(?:bearer|token|key|api-key)\s+/i, '').trim();
}
