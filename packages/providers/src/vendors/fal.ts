import { GatewayError } from '@sluice/core';
import type { Place } from '../path-rules.ts';
import type { ProviderRow } from '../row.ts';
import { assertSafePath, assertSafeQuery } from '../safe-path.ts';

/** fal: `{app}`, or whatever fal address its SDK names in `x-fal-target-url` when the gateway is its `proxyUrl`. */
export const fal: ProviderRow = {
  id: 'fal',
  baseUrl: 'https://{host}',
  credentials: ['authorization'],
  scheme: 'Key',
  path: ({ path, headers }) => {
    const target = headers['x-fal-target-url'];
    return target === undefined ? { path, values: { host: 'fal.run' } } : placeOf(target);
  },
};

/** The credential goes there, so only fal's own hosts will do. */
const TARGET = /^https:\/\/((?:[a-z\d-]+\.)*fal\.(?:run|ai))(?:\/([^?]*))?(\?.*)?$/;

function placeOf(target: string): Place {
  const [whole, host = '', path = '', query = ''] = TARGET.exec(target) ?? [];
  if (whole === undefined) {
    throw new GatewayError(
      'invalid_path',
      'x-fal-target-url is no https address below fal.run or fal.ai. Name one, like https://queue.fal.run/fal-ai/flux.',
    );
  }
  assertSafePath(path);
  assertSafeQuery(query);
  return { path, query, values: { host }, headers: { 'x-fal-target-url': undefined } };
}
