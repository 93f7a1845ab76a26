import { bothApis } from '../apis.ts';
import { join, type Place } from '../path-rules.ts';
import type { ProviderRow } from '../row.ts';
import { refusePath, take } from '../segments.ts';

/** Baseten: `v1/…` asks a shared model, `model/{id}[/…]` a deployment with a host of its own. */
export const baseten: ProviderRow = {
  id: 'baseten',
  baseUrl: 'https://{host}',
  credentials: ['authorization', 'x-api-key'],
  scheme: 'Api-Key',
  path: ({ path }) => (path === 'model' || path.startsWith('model/') ? deployment(path) : shared(path)),
  tails: bothApis,
};

const TEMPLATE = 'v1/chat/completions or model/{id}/predict';
/** A host name is built from it. */
const MODEL_ID = /^[a-z\d]{1,62}$/;
/** Trees at a deployment's root; everything else stands below its production environment. */
const ROOTS: readonly string[] = ['environments', 'deployment', 'development', 'production'];

function shared(path: string): Place {
  const isVersioned = path === 'v1' || path.startsWith('v1/');
  return { path: isVersioned ? path : join('v1', path), values: { host: 'inference.baseten.co' } };
}

function deployment(path: string): Place {
  const [, id = '', rest = ''] = take(path, 2);
  if (!MODEL_ID.test(id)) refusePath('baseten', `"${id}" is no model id.`, TEMPLATE);
  const isRooted = ROOTS.includes(rest.split('/', 1)[0] ?? '');
  return {
    path: isRooted ? rest : join('production', rest === '' ? 'predict' : rest),
    values: { host: `model-${id}.api.baseten.co`, id },
  };
}
