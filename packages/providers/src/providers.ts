import type { Provider } from '@sluice/core';
import { type ProviderRow, toProviders } from './row.ts';
import { plainRows } from './rows.ts';
import { anthropicAws } from './vendors/anthropic-aws.ts';
import { awsBedrock } from './vendors/aws-bedrock.ts';
import { azureOpenai } from './vendors/azure-openai.ts';
import { baseten } from './vendors/baseten.ts';
import { fal } from './vendors/fal.ts';
import { googleVertexAi } from './vendors/google-vertex-ai.ts';
import { huggingface } from './vendors/huggingface.ts';
import { workersAi } from './vendors/workers-ai.ts';

const rows: readonly ProviderRow[] = [
  ...plainRows,
  anthropicAws,
  awsBedrock,
  azureOpenai,
  baseten,
  fal,
  googleVertexAi,
  huggingface,
  workersAi,
];

/** Every provider that needs no configuration, one for each slug, aliases included. */
export const providers: readonly Provider[] = rows.flatMap(toProviders);

/** Which slug an alias stands for: `xai` is `grok`. What an operator sets for the one holds for the other. */
export const PROVIDER_ALIASES: Readonly<Record<string, string>> = Object.fromEntries(
  rows.flatMap(({ id, aliases = [] }) => aliases.map((alias) => [alias, id])),
);

/** Lower-case names of all headers that carry any vendor's credential: what no log may hold. */
export const CREDENTIAL_HEADERS: readonly string[] = [...new Set(rows.flatMap(({ credentials }) => credentials))];

/** Query parameters that carry a credential: Google's `key`, and `api_key` of sockets. */
export const CREDENTIAL_QUERY_PARAMETERS: readonly string[] = ['key', 'api_key'];
