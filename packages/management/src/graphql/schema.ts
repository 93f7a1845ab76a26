import { buildSchema, type GraphQLSchema } from 'graphql';
import { type DimensionSpec, NODES, type NodeSpec, type ValueSpec } from './nodes.ts';

/** The operators of a filter by how they end; the empty one is equality. */
export const OPERATORS: readonly string[] = ['', '_neq', '_gt', '_geq', '_lt', '_leq', '_in', '_like'];

/** The schema, with types and names as clients of Cloudflare's GraphQL API know them. */
export function createSchema(): GraphQLSchema {
  return buildSchema(`
    ${SCALARS.map((name) => `scalar ${name}`).join('\n')}

    type Query {
      viewer: viewer!
    }

    type viewer {
      "The account of the token."
      accounts(filter: AccountFilter_InputObject, limit: uint64): [account!]!
    }

    input AccountFilter_InputObject {
      accountTag: string
    }

    type account {
      accountTag: string!
      ${Object.values(NODES).map(field).join('\n')}
    }

    ${Object.values(NODES).map(types).join('\n')}
  `);
}

/** Those of Cloudflare, whichever way a variable is declared, and the standard ones, which are only known where they are used. */
const SCALARS = [
  ...['Time', 'Date', 'string', 'boolean', 'uint8', 'uint16', 'uint32', 'uint64', 'int64', 'float64'],
  ...['Int', 'Float', 'ID'],
];

function field({ name, type }: NodeSpec): string {
  return `
    ${name}(
      "At most 10000; 100 unless given."
      limit: uint64
      filter: ${type}Filter_InputObject
      orderBy: [${type}OrderBy!]
    ): [${type}!]!`;
}

function types({ type, dimensions, values }: NodeSpec): string {
  const groups = new Map<string, ValueSpec[]>();
  for (const value of values)
    if (value.group !== undefined) groups.set(value.group, [...(groups.get(value.group) ?? []), value]);
  const alone = values.filter(({ group }) => group === undefined);
  const known = dimensions.filter(({ source }) => source !== 'unknown');
  return `
    type ${type} {
      ${alone.map(member).join('\n')}
      ${[...groups.keys()].map((group) => `${group}: ${type}${capital(group)}!`).join('\n')}
      dimensions: ${type}Dimensions!
    }
    ${[...groups].map(([group, members]) => `type ${type}${capital(group)} {\n${members.map(member).join('\n')}\n}`).join('\n')}
    type ${type}Dimensions {
      ${dimensions.map(member).join('\n')}
    }
    input ${type}Filter_InputObject {
      AND: [${type}Filter_InputObject!]
      OR: [${type}Filter_InputObject!]
      ${known.map(filters).join('\n')}
    }
    enum ${type}OrderBy {
      ${[
        ...values.map(({ group, name }) => (group === undefined ? name : `${group}_${name}`)),
        ...known.map(({ name }) => name),
      ]
        .flatMap((name) => [`${name}_ASC`, `${name}_DESC`])
        .join('\n')}
    }`;
}

function member({ name, type, what }: DimensionSpec | ValueSpec): string {
  return `${JSON.stringify(what)}\n${name}: ${type}`;
}

function filters({ name, type, source }: DimensionSpec): string {
  const isTime = typeof source === 'object' && 'step' in source;
  return OPERATORS.filter((operator) => {
    if (operator === '_like') return type === 'string';
    return !(isTime && (operator === '_in' || operator === '_neq'));
  })
    .map((operator) => `${name}${operator}: ${operator === '_in' ? `[${type}!]` : type}`)
    .join('\n');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
