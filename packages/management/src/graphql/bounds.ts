import {
  type ASTVisitor,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';
import { NODES } from './nodes.ts';

/** How many tokens a query may have. */
export const MAX_TOKENS = 5000;

/** Refuses queries that ask for too much at once: each node of groups is a question to the database. */
export function boundsRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      const size = measure(operation.selectionSet, context, { depth: 0, fields: 0, groups: 0 });
      if (size === 'too deep')
        context.reportError(new GraphQLError(`The query is more than ${MAX_DEPTH} levels deep.`));
      else if (size.groups > MAX_GROUPS) {
        context.reportError(
          new GraphQLError(
            `The query asks for ${size.groups} lists of groups; ${MAX_GROUPS} are the most. Send several queries.`,
          ),
        );
      } else if (size.fields > MAX_FIELDS) {
        context.reportError(
          new GraphQLError(`The query asks for more than ${MAX_FIELDS} fields. Send several queries.`),
        );
      }
    },
  };
}

// The query that tools send for the whole schema has 14 levels and, its fragments written out, some 200 fields.
const MAX_DEPTH = 20;
const MAX_FIELDS = 1000;
const MAX_GROUPS = 20;

const GROUPS: ReadonlySet<string> = new Set(Object.values(NODES).map(({ name }) => name));

interface Size {
  readonly depth: number;
  fields: number;
  groups: number;
}

/** Counts what fragments bring as often as they are used, and stops where it is too much. */
function measure(
  set: SelectionSetNode,
  context: ValidationContext,
  size: Size,
  open: readonly string[] = [],
): Size | 'too deep' {
  if (size.depth > MAX_DEPTH) return 'too deep';
  for (const selection of set.selections) {
    if (size.fields > MAX_FIELDS) return size;
    let inner: SelectionSetNode | undefined;
    let within = open;
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const name = selection.name.value;
      const fragment: FragmentDefinitionNode | null | undefined = context.getFragment(name);
      // Another rule refuses fragments that contain themselves.
      if (!fragment || open.includes(name)) continue;
      inner = fragment.selectionSet;
      within = [...open, name];
    } else inner = selection.selectionSet;
    if (selection.kind === Kind.FIELD) {
      size.fields += 1;
      if (GROUPS.has(selection.name.value)) size.groups += 1;
    }
    if (inner === undefined) continue;
    const deeper = { ...size, depth: size.depth + (selection.kind === Kind.FIELD ? 1 : 0) };
    const found = measure(inner, context, deeper, within);
    if (found === 'too deep') return found;
    size.fields = found.fields;
    size.groups = found.groups;
  }
  return size;
}
