import type { Gateway, Storage } from '@sluice/storage';
import { GraphQLError } from 'graphql';
import type { Row } from './groups.ts';

/** How many rows the log of each gateway has. */
export async function sizeRows(
  { settings, logs }: Pick<Storage, 'settings' | 'logs'>,
  account: string,
  filter: unknown,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let page = 1; ; page++) {
    const { items } = await settings.list(account, { page, perPage: 100 });
    for (const gateway of items.filter((each) => matches(each, filter ?? {}))) {
      const { total } = await logs.list(account, gateway.id, { page: 1, perPage: 1 });
      rows.push({ values: { rows: total }, dimensions: { gateway: gateway.id, logManagement: gateway.logManagement } });
    }
    if (items.length < 100) return rows;
  }
}

function matches({ id, logManagement }: Gateway, filter: unknown): boolean {
  return Object.entries(filter as Readonly<Record<string, unknown>>).every(([name, value]) => {
    if (value === null || value === undefined) return true;
    const all = Array.isArray(value) ? value : [value];
    if (name === 'AND') return all.every((each) => matches({ id, logManagement } as Gateway, each));
    if (name === 'OR') return all.some((each) => matches({ id, logManagement } as Gateway, each));
    const [dimension, operator = ''] = name.split('_');
    return compare(dimension === 'gateway' ? id : (logManagement ?? 0), operator, value);
  });
}

function compare(known: string | number, operator: string, value: unknown): boolean {
  if (operator === 'in') return Array.isArray(value) && value.includes(known);
  if (typeof value !== typeof known) throw new GraphQLError(`A filter must compare ${typeof known}s with each other.`);
  const wanted = value as string | number;
  switch (operator) {
    case 'neq':
      return known !== wanted;
    case 'gt':
      return known > wanted;
    case 'geq':
      return known >= wanted;
    case 'lt':
      return known < wanted;
    case 'leq':
      return known <= wanted;
    case 'like':
      return pattern(String(wanted)).test(String(known));
    default:
      return known === wanted;
  }
}

function pattern(like: string): RegExp {
  const text = like.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(`^${text.replaceAll('%', '.*').replaceAll('_', '.')}$`, 'i');
}
