import type { AccountState, Storage } from '@sluice/storage';
import { inOrder, type PlannedChange } from './change.ts';
import { compareCredentials } from './compare-credentials.ts';
import { compareCustomProviders } from './compare-custom-providers.ts';
import { compareDatasets } from './compare-datasets.ts';
import { compareGateway, removedGateway } from './compare-gateway.ts';
import type { ParsedConfig } from './parse.ts';
import type { Problems } from './problems.ts';

export interface Comparison {
  readonly state: AccountState;
  readonly file: ParsedConfig;
  /** Take away what is stored and not in the file. */
  readonly prune: boolean;
  /** Slugs that the operator's configuration has; any provider can be called unless given. */
  readonly providers: readonly string[] | undefined;
  readonly stored: Pick<Storage['accountConfig'], 'holdsSecret' | 'holdsHeaders'>;
  readonly problems: Problems;
  /** One that is later in the order of ids than all before it: what is made at one moment is read in that order. */
  newId(): string;
}

/** All that has to be done for an account to be as the file says. What the account forbids goes to `problems`. */
export async function compare(comparison: Comparison): Promise<readonly PlannedChange[]> {
  const { state, file, prune } = comparison;
  const changes = [...(await compareCustomProviders(comparison))];
  for (const [id, wanted] of file.gateways ?? []) {
    changes.push(...compareGateway(id, wanted.settings, comparison));
    changes.push(...(await compareCredentials(id, wanted.credentials, comparison)));
    changes.push(...compareDatasets(id, wanted.datasets, comparison));
  }
  if (prune && file.gateways !== undefined) {
    changes.push(...state.gateways.filter(({ id }) => !file.gateways?.has(id)).map(removedGateway));
  }
  return inOrder(changes);
}

/** Ids in their order: one that is drawn, counted up in its last digits. */
export function idsInOrder(): () => string {
  const drawn = crypto.randomUUID().slice(0, -8);
  let count = 0;
  return () => drawn + (count++).toString(16).padStart(8, '0');
}
