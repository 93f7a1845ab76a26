import type { Provider } from '@sluice/core';
import { type ProviderRow, toProviders } from './row.ts';
import { plainRows } from './rows.ts';

const rows: readonly ProviderRow[] = [...plainRows];

/** Every provider that needs no configuration, one for each slug, aliases included. */
export const providers: readonly Provider[] = rows.flatMap(toProviders);
