import type { Call } from '@sluice/core';
import { AwsV4Signer } from 'aws4fetch';
import { UnusableKey } from './refusals.ts';

/** What signs calls to AWS. */
export interface AwsKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Where the address called names no region. */
  readonly region?: string;
}

/** Reads the JSON that an AWS key is stored as. `name` says whose key it is. */
export function parseAwsKey(json: string, name: string): AwsKey {
  const { accessKeyId, secretAccessKey, sessionToken, region } = parsed(json);
  if (!isText(accessKeyId) || !isText(secretAccessKey)) {
    throw new UnusableKey(
      `${name} is no AWS key. Store {"accessKeyId": …, "secretAccessKey": …, "region": …} with a "sessionToken" if it ` +
        'has one, or a Bedrock API key as it is.',
    );
  }
  return {
    accessKeyId,
    secretAccessKey,
    ...(isText(sessionToken) && { sessionToken }),
    ...(isText(region) && { region }),
  };
}

/** Signs calls with AWS Signature Version 4, for the address they are really sent to. */
export class AwsSigner {
  readonly #now: () => number;
  /** Keys derived for one day, region and service: four rounds of HMAC that the next call need not repeat. */
  readonly #derived = new Map<string, ArrayBuffer>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The headers that carry the signature. */
  async sign(call: Call, key: AwsKey, name: string): Promise<Readonly<Record<string, string>>> {
    if (this.#derived.size >= MOST_DERIVED) this.#derived.clear();
    const { region: stored, ...pair } = key;
    const signer = new AwsV4Signer({
      ...pair,
      ...placeOf(call, stored, name),
      url: call.target.url,
      method: call.method,
      body: call.body,
      // Nothing but AWS's own: what the way there changes or adds would break the signature.
      headers: ownHeaders(call),
      datetime: new Date(this.#now()).toISOString().replace(/[:-]|\.\d{3}/g, ''),
      cache: this.#derived,
    });
    const { headers } = await signer.sign();
    return Object.fromEntries(SIGNATURE.flatMap((header) => pairOf(header, headers.get(header))));
  }
}

const MOST_DERIVED = 1000;
const SIGNATURE: readonly string[] = ['authorization', 'x-amz-date', 'x-amz-security-token'];
const REPLACED: ReadonlySet<string> = new Set([...SIGNATURE, 'x-amz-content-sha256']);
const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/;

/** AWS wants every header of its own family in the signature. */
function ownHeaders({ headers }: Call): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.startsWith('x-amz') && !REPLACED.has(name)),
  );
}

/** The host says it, also that of a private endpoint (`vpce-….bedrock-runtime.eu-west-1.vpce.amazonaws.com`). */
function placeOf(call: Call, stored: string | undefined, name: string): { service: string; region: string } {
  const labels = new URL(call.target.url).hostname.split('.');
  const region = labels.find((label) => REGION.test(label)) ?? stored;
  if (region === undefined) {
    throw new UnusableKey(
      `${name} names no region, and the address called names none either. Store it with a "region".`,
    );
  }
  return { service: labels.map(serviceOf).find((service) => service !== undefined) ?? serviceBehind(call), region };
}

function serviceOf(label: string): string | undefined {
  if (label === 'bedrock-mantle' || label === CLAUDE_ON_AWS) return label;
  return label.startsWith('bedrock') ? 'bedrock' : undefined;
}

/** The operator's own address stands in between, and the host says nothing. */
function serviceBehind({ provider, target }: Call): string {
  if (provider.baseUrl.includes(CLAUDE_ON_AWS)) return CLAUDE_ON_AWS;
  return /^(?:anthropic|v1)\//.test(target.path) ? 'bedrock-mantle' : 'bedrock';
}

const CLAUDE_ON_AWS = 'aws-external-anthropic';

function pairOf(name: string, value: string | null): [string, string][] {
  return value === null ? [] : [[name, value]];
}

function parsed(json: string): Partial<Record<keyof AwsKey, unknown>> {
  try {
    return JSON.parse(json);
  } catch {
    return {};
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
