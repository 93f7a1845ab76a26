import {
  type FieldNode,
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type SelectionNode,
} from 'graphql';

/** The names of what is asked for below this field of each row. */
export function selectedBelow(info: GraphQLResolveInfo, field: string): ReadonlySet<string> {
  const rows = info.fieldNodes.flatMap((node) => fieldsOf(node, info));
  const names = rows.filter(({ name }) => name.value === field).flatMap((node) => fieldsOf(node, info));
  return new Set(names.map(({ name }) => name.value).filter((name) => name !== '__typename'));
}

function fieldsOf(node: FieldNode, info: GraphQLResolveInfo): FieldNode[] {
  return (node.selectionSet?.selections ?? []).flatMap((selection) => flat(selection, info));
}

function flat(selection: SelectionNode, info: GraphQLResolveInfo): FieldNode[] {
  if (!isIncluded(selection, info)) return [];
  if (selection.kind === Kind.FIELD) return [selection];
  const { selections } =
    selection.kind === Kind.INLINE_FRAGMENT
      ? selection.selectionSet
      : (info.fragments[selection.name.value]?.selectionSet ?? { selections: [] });
  return selections.flatMap((inner) => flat(inner, info));
}

function isIncluded(selection: SelectionNode, { variableValues }: GraphQLResolveInfo): boolean {
  if (getDirectiveValues(GraphQLSkipDirective, selection, variableValues)?.if === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, selection, variableValues)?.if !== false;
}
