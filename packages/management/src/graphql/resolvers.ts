import type { Storage } from '@sluice/storage';
import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import { readFilter } from './filter.ts';
import { both, groupingOf, ordered, type Row, toRows } from './groups.ts';
import { NODES, type NodeSpec } from './nodes.ts';
import { selectedBelow } from './selected.ts';
import { sizeRows } from './size.ts';

/** What a request brings along. */
export interface Scope {
  readonly account: string;
  readonly storage: Pick<Storage, 'rollups' | 'settings' | 'logs'>;
}

/** What a query begins with. */
export const root: object = {
  viewer: {
    accounts({ filter }: { readonly filter?: { readonly accountTag?: unknown } | null }, { account }: Scope) {
      const asked = filter?.accountTag ?? account;
      if (asked === account) return [{ accountTag: account, ...ACCOUNT }];
      throw new GraphQLError(`not authorized for that account: you have no access to "${String(asked).slice(0, 64)}".`);
    },
  },
};

interface Arguments {
  readonly limit?: unknown;
  readonly filter?: unknown;
  readonly orderBy?: readonly string[] | null;
}

type Resolver = (given: Arguments, scope: Scope, info: GraphQLResolveInfo) => Promise<object[]>;

const ACCOUNT: Readonly<Record<string, Resolver>> = {
  [NODES.requests.name]: groups(NODES.requests),
  [NODES.errors.name]: groups(NODES.errors, true),
  [NODES.cache.name]: groups(NODES.cache),
  [NODES.size.name]: async (given, { account, storage }) => {
    const limit = limitOf(given);
    return ordered(await sizeRows(storage, account, given.filter), given.orderBy ?? ['max_rows_DESC'], limit).map(wire);
  },
};

function groups(node: NodeSpec, failed?: true): Resolver {
  return async (given, { account, storage }, info) => {
    const limit = limitOf(given);
    const grouping = groupingOf(selectedBelow(info, 'dimensions'), node);
    const { from, to, filter } = readFilter(given.filter, node);
    const found = await storage.rollups.read({
      account,
      from,
      to,
      stepMs: grouping.stepMs,
      by: [...grouping.by, 'cached'],
      filter: failed ? both(filter, { dimension: 'failed', operator: 'eq', value: true }) : filter,
      times: false,
    });
    return ordered(toRows(found, grouping), given.orderBy ?? [], limit).map(wire);
  };
}

/** Every group of values has all of them; what was not asked for is not sent. */
function wire({ values, dimensions }: Row): object {
  return { count: values.count, sum: values, max: values, dimensions };
}

function limitOf({ limit }: Arguments): number {
  const wanted = limit ?? 100;
  if (typeof wanted === 'number' && Number.isInteger(wanted) && wanted >= 1 && wanted <= MAX_LIMIT) return wanted;
  throw new GraphQLError(`limit must be a whole number from 1 to ${MAX_LIMIT}.`);
}

const MAX_LIMIT = 10_000;
