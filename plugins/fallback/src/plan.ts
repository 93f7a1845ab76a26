import {
  type Call,
  type CallPatch,
  GatewayError,
  type Location,
  type PluginHost,
  type RequestView,
} from '@sluice/core';
import { type IsGatewayToken, tokenOf, tokensIn, withoutTokens } from './gateway-tokens.ts';
import { type Payload, readSteps, type Step } from './read-steps.ts';

/** A step and the place that it goes to. */
export interface PlannedStep extends Location, Omit<Step, 'provider' | 'path'> {
  readonly index: number;
}

/** What steps are planned with. */
export interface Planning extends Pick<PluginHost, 'locate'> {
  readonly isGatewayToken: IsGatewayToken;
}

/** Reads and locates all steps of a call, so that a mistake in the last is told before the first is sent. */
export async function planSteps(call: Call, planning: Planning): Promise<readonly PlannedStep[]> {
  const token = tokenOf(call);
  const own = token === undefined ? [] : [token];
  const planned: PlannedStep[] = [];
  for (const [index, step] of readSteps(call.json()).entries()) {
    const known = { ...step, headers: withoutTokens(step.headers, own) };
    planned.push(await plan(known, index, call.account, planning));
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

/** Where a step goes says in which headers its credential stands, and a provider may copy them: it is asked again without. */
async function plan(step: Step, index: number, account: string, planning: Planning): Promise<PlannedStep> {
  const location = await locate(step, index, account, planning);
  const tokens = await tokensIn(step.headers, location.provider.credentialHeaders, planning.isGatewayToken);
  if (tokens.length === 0) return { ...step, index, ...location };
  const clean = { ...step, headers: withoutTokens(step.headers, tokens) };
  return { ...clean, index, ...(await locate(clean, index, account, planning)) };
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
