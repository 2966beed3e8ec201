/** GitHub's published GraphQL schema, and what a query costs by its rules. */
import {
  buildSchema,
  extendSchema,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql';

/** Reading it takes a moment, and it says the same to everybody: read once by each process that asks. */
export const openSchema = once(async () => {
  const { schema } = await import('@octokit/graphql-schema');
  const published = buildSchema(schema.idl, { assumeValid: true });
  return extendSchema(published, parse(NEWER), { assumeValid: true });
});

/** What GitHub answers since, and the package with its schema does not have yet. */
const NEWER = `extend type Issue {
  blockedBy(first: Int, last: Int, after: String, before: String): IssueConnection!
}`;

export interface Cost {
  /** What it takes from the budget. */
  points: number;
  /** How many things it may answer with at most. */
  nodes: number;
}

/** By GitHub's rule: the requests that each list would need, by the hundred, and one point at least. */
export function costOf(document: DocumentNode, variables: Record<string, unknown>): Cost {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, definition);
  }
  const total = { requests: 0, nodes: 0 };
  const walk = (selections: SelectionSetNode | undefined, times: number) => {
    for (const selection of selections?.selections ?? []) {
      if (selection.kind === Kind.FIELD) {
        const size = sizeOf(selection, variables);
        if (size !== null) {
          total.requests += times;
          total.nodes += times * size;
        }
        walk(selection.selectionSet, size === null ? times : times * size);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        walk(selection.selectionSet, times);
      } else {
        walk(fragments.get(selection.name.value)?.selectionSet, times);
      }
    }
  };
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) walk(definition.selectionSet, 1);
  }
  return { points: Math.max(1, Math.round(total.requests / 100)), nodes: total.nodes };
}

/** How many things a list may hold; null for what is no list. */
function sizeOf(field: FieldNode, variables: Record<string, unknown>): number | null {
  const argument = field.arguments?.find(
    ({ name }) => name.value === 'first' || name.value === 'last',
  );
  if (!argument) return null;
  const { value } = argument;
  if (value.kind === Kind.INT) return Number(value.value);
  return value.kind === Kind.VARIABLE ? Number(variables[value.name.value] ?? 0) : null;
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
