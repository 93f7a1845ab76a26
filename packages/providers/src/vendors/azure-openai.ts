import { bothApis } from '../apis.ts';
import { join, type Place } from '../path-rules.ts';
import type { ProviderRow } from '../row.ts';
import { anthropicVersion } from '../rows.ts';
import { refusePath, take } from '../segments.ts';

/**
 * Azure OpenAI: `{resource}/{deployment}/{operation}`, and the version-less trees `{resource}/openai/…` as they are.
 * Foundry's host and the sovereign clouds are a base URL of the operator's: `https://{resource}.services.ai.azure.com`.
 */
export const azureOpenai: ProviderRow = {
  id: 'azure-openai',
  aliases: ['azure'],
  baseUrl: 'https://{resource}.openai.azure.com',
  credentials: ['api-key', 'authorization', 'x-api-key'],
  path: ({ path }) => {
    const [resource = '', ...rest] = take(path, 1);
    if (!RESOURCE.test(resource))
      refusePath('azure-openai', 'The resource is missing or is no resource name.', TEMPLATE);
    return { values: { resource }, ...belowResource(rest.join('/')) };
  },
  tails: bothApis,
};

const TEMPLATE = '{resource}/{deployment}/chat/completions?api-version=… or {resource}/openai/v1/responses';
/** A host name is built from it, so nothing but a label may pass. */
const RESOURCE = /^[a-z\d](?:[a-z\d-]{0,62}[a-z\d])$/i;
/** Trees at the host's root: OpenAI's own, and on Foundry hosts Anthropic's and the model catalogue's. */
const ROOTS: readonly string[] = ['openai', 'anthropic', 'models'];

function belowResource(rest: string): Place {
  const [first = '', operation = ''] = take(rest, 1);
  if (first === 'anthropic') return { path: rest, defaultHeaders: anthropicVersion };
  if (ROOTS.includes(first)) return { path: rest };
  if (first === '') refusePath('azure-openai', 'The deployment is missing.', TEMPLATE);
  return { path: join(`openai/deployments/${first}`, operation) };
}
