import type { Dataset } from '@sluice/storage';
import { type PlannedChange, paired } from './change.ts';
import type { Comparison } from './compare.ts';
import { differences } from './fields.ts';
import type { DatasetConfig } from './types.ts';
import { toDatasetConfig } from './views.ts';

/** What makes, changes and takes away the datasets of a gateway. */
export function compareDatasets(
  gateway: string,
  wanted: readonly DatasetConfig[] | undefined,
  { state, prune, newId }: Comparison,
): readonly PlannedChange[] {
  if (wanted === undefined) return [];
  const known = state.datasets.filter((dataset) => dataset.gateway === gateway);
  const { pairs, beyond } = paired<DatasetConfig, Dataset>(wanted, known, ({ name }) => name);
  const { account } = state;
  const changes = pairs.flatMap(([after, stored]): PlannedChange[] => {
    const before = stored && toDatasetConfig(stored);
    const fields = differences(before ?? { name: after.name }, after);
    if (stored !== undefined && fields.length === 0) return [];
    const action = stored === undefined ? 'create' : 'update';
    const row = stored?.id ?? newId();
    return [
      {
        action,
        kind: 'dataset',
        id: `${gateway}/${after.name}`,
        fields,
        write: { type: `dataset.${action}`, dataset: { ...after, account, gateway, id: row } },
        audit: { resource: 'dataset', id: row, before, after },
      },
    ];
  });
  return prune ? [...changes, ...beyond.map(removed)] : changes;
}

function removed(dataset: Dataset): PlannedChange {
  const { id } = dataset;
  return {
    action: 'delete',
    kind: 'dataset',
    id: `${dataset.gateway}/${dataset.name}`,
    fields: [],
    write: { type: 'dataset.delete', id },
    audit: { resource: 'dataset', id, before: toDatasetConfig(dataset) },
  };
}
