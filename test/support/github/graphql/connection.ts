/** Lists as GitHub's GraphQL has them: pages with cursors, and refusals of pages that are too long or of no length. */
import { GraphQLError } from 'graphql';

/** A thing as the executor reads it: values, or functions of the field's arguments. */
export type Node = Record<string, unknown>;

export interface PageArguments {
  first?: number | null;
  last?: number | null;
  after?: string | null;
  before?: string | null;
}

/** One page of `items`. `name` is the field's, for GitHub's words when the length is missing. */
export function connection<T>(
  name: string,
  items: readonly T[],
  page: PageArguments,
  toNode: (item: T) => Node,
): Node {
  const size = page.first ?? page.last ?? null;
  if (size === null) {
    const message = `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`;
    throw problem('MISSING_PAGINATION_BOUNDARIES', message);
  }
  if (size < 0 || size > 100) {
    const message = `Requesting ${String(size)} records on the \`${name}\` connection exceeds the \`first\` limit of 100 records.`;
    throw problem('EXCESSIVE_PAGINATION', message);
  }
  const from = page.after ? placeOf(page.after) : 0;
  const to = page.before ? placeOf(page.before) - 1 : items.length;
  const isFromEnd = page.first === undefined || page.first === null;
  const start = isFromEnd ? Math.max(from, to - size) : from;
  const end = isFromEnd ? to : Math.min(to, from + size);
  const edges = items.slice(start, end).map((item, index) => ({
    cursor: cursorOf(start + index + 1),
    node: toNode(item),
  }));
  return {
    totalCount: items.length,
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: end < items.length,
      hasPreviousPage: start > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** A refusal with GitHub's `type`, such as NOT_FOUND. */
export function problem(type: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

function cursorOf(place: number): string {
  return Buffer.from(`cursor:v2:${String(place)}`).toString('base64');
}

function placeOf(cursor: string): number {
  return Number(Buffer.from(cursor, 'base64').toString().split(':')[2]);
}
