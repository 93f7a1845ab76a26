import { type ClientHeaders, GatewayError, splitClientHeaders } from '@sluice/core';

/** A step's headers, apart into those that go upstream and the gateway's own options. */
export interface StepHeaders {
  readonly headers: Readonly<Record<string, string>>;
  readonly options: ReadonlyMap<string, string>;
}

/** Reads `headers` of a step, and `authorization`, its older place for a credential. */
export function readHeaders(step: Readonly<Record<string, unknown>>, at: string): StepHeaders {
  const { headers, authorization } = step;
  if (headers !== undefined && (typeof headers !== 'object' || Array.isArray(headers))) {
    throw new GatewayError('invalid_request', `${at}.headers is not an object. Put names and values there.`);
  }
  const older: [string, unknown][] = [['authorization', authorization]];
  const entries = Object.entries(headers ?? {});
  const pairs = [
    ...older.flatMap(([name, value]) => readHeader(name, value, `${at}.authorization`)),
    ...entries.flatMap(([name, value]) => readHeader(name, value, `${at}.headers`)),
  ];
  return toStepHeaders(splitClientHeaders(pairs));
}

/** Whoever calls has shown the gateway token before; one in a step would only be another. */
function toStepHeaders({ forward, options }: ClientHeaders): StepHeaders {
  options.delete('authorization');
  return { headers: forward, options };
}

// RFC 9110 5.1 and 5.5: a name is a token, a value has no control characters and is sent as Latin-1.
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

function readHeader(key: string, value: unknown, at: string): readonly (readonly [string, string])[] {
  if (value === undefined || value === null) return [];
  const name = key.toLowerCase();
  if (!NAME.test(name)) throw new GatewayError('invalid_request', `${at} holds a name that is no header's. Rename it.`);
  const text = (typeof value === 'object' ? JSON.stringify(value) : String(value)).trim();
  // Metadata is read here and stands in no header again, so it may hold any text.
  if (VALUE.test(text) || name === 'cf-aig-metadata') return [[name, text]];
  throw new GatewayError(
    'invalid_request',
    `${at} has a value for "${name}" with a line break, a control character or one beyond Latin-1. Encode it.`,
  );
}
