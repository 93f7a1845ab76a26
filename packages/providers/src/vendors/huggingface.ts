import { huggingfaceApi } from '../apis.ts';
import type { ProviderRow } from '../row.ts';

/**
 * Hugging Face behind its router: `{org}/{model}` is served by its own inference, `v1/…` by whichever provider has the
 * model, `{inference provider}/…` by the one named.
 */
export const huggingface: ProviderRow = {
  id: 'huggingface',
  baseUrl: 'https://router.huggingface.co',
  credentials: ['authorization'],
  path: ({ path }) => ({ path: isModel(path) ? `hf-inference/models/${path}` : path }),
  tails: huggingfaceApi,
};

/**
 * First segments that are routes of the router and not an organisation with models. A name that is both (`openai`,
 * `nvidia`, `black-forest-labs`) is taken for the organisation: that is the documented form.
 */
const ROUTES: ReadonlySet<string> = new Set([
  'v1',
  'hf-inference',
  'cerebras',
  'fal-ai',
  'featherless-ai',
  'fireworks-ai',
  'groq',
  'hyperbolic',
  'nebius',
  'novita',
  'nscale',
  'ovhcloud',
  'replicate',
  'sambanova',
  'scaleway',
  'together',
  'wavespeed',
]);

function isModel(path: string): boolean {
  return !ROUTES.has(path.split('/', 1)[0] ?? '');
}
