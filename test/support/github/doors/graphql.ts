/** The door for GraphQL: checked by GitHub's published schema, counted in points. */
import { execute, GraphQLError, parse, validate, type DocumentNode } from 'graphql';
import { type Answer, refusal, Refusal } from '../answer.ts';
import { accountOf, type Caller } from '../context.ts';
import { type Node } from '../graphql/connection.ts';
import { mutationRoot } from '../graphql/mutations.ts';
import { seenBy } from '../graphql/pull-nodes.ts';
import { queryRoot } from '../graphql/queries.ts';
import { type Cost, costOf, openSchema } from '../graphql/schema.ts';
import { callerOf, tokenHeaders } from '../sign-in/tokens.ts';
import { isoTime } from '../world.ts';
import { type House } from './house.ts';
import { type Incoming, readBody } from './http.ts';

export interface Counted {
  answer: Answer;
  cost: number;
}

/** More than this a single question may not ask for. */
const MOST_NODES = 500_000;

export async function graphqlAnswer(house: House, incoming: Incoming): Promise<Counted> {
  const body = ((await readBody(incoming.request)) ?? {}) as {
    query?: string;
    variables?: Record<string, unknown> | null;
  };
  try {
    const caller = callerOf(house.context.world, incoming.request.headers.authorization);
    if (caller.kind === 'nobody')
      throw refusal(401, 'This endpoint requires you to be authenticated.');
    const result = await counted(house, caller, body.query ?? '', body.variables ?? {});
    const headers = { ...tokenHeaders(caller), ...result.answer.headers };
    return { ...result, answer: { ...result.answer, headers } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { answer: error.answer, cost: 0 };
  }
}

async function counted(
  house: House,
  caller: Caller,
  query: string,
  variables: Record<string, unknown>,
): Promise<Counted> {
  const { ledger } = house;
  const account = accountOf(caller);
  const headers = () => ledger.headers(account, 'graphql');
  const isRead = !/^\s*mutation\b/u.test(query);
  try {
    ledger.enter(account, { resource: 'graphql', isRead, isContent: !isRead });
  } catch (error) {
    return {
      answer: { ...overLimit(error), headers: { ...headers(), ...overLimit(error).headers } },
      cost: 0,
    };
  }
  try {
    const { body, cost } = await answered(house, caller, query, variables);
    return { answer: { status: 200, body, headers: headers() }, cost };
  } finally {
    ledger.leave(account);
  }
}

/** GraphQL tells of a spent budget with 200 and an error; of haste with 403, as REST does. */
function overLimit(error: unknown): Answer {
  if (!(error instanceof Refusal)) throw error;
  const { message } = error.answer.body as { message: string };
  if (error.answer.headers?.['retry-after'] !== undefined) return error.answer;
  return { status: 200, body: { errors: [{ type: 'RATE_LIMITED', message }] } };
}

async function answered(
  house: House,
  caller: Caller,
  query: string,
  variables: Record<string, unknown>,
): Promise<{ body: object; cost: number }> {
  const { world } = house.context;
  const read = readQuery(query);
  if ('problem' in read) {
    world.violations.push(`graphql: ${read.problem.message}`);
    return { body: { errors: [plain(read.problem)] }, cost: 1 };
  }
  const schema = await openSchema();
  const wrong = validate(schema, read.document);
  if (wrong.length > 0) {
    world.violations.push(...wrong.map((error) => `graphql: ${error.message}`));
    return { body: { errors: wrong.map(plain) }, cost: 1 };
  }
  const cost = costOf(read.document, variables);
  if (cost.nodes > MOST_NODES) {
    const message = `This query requests up to ${String(cost.nodes)} possible nodes which exceeds the maximum limit of 500,000.`;
    return { body: { errors: [{ type: 'MAX_NODE_LIMIT_EXCEEDED', message }] }, cost: 1 };
  }
  house.ledger.spend(accountOf(caller), 'graphql', cost.points);
  const seen = seenBy(house.context, caller);
  const rootValue = {
    ...queryRoot(seen),
    ...mutationRoot(seen),
    rateLimit: () => rateLimitNode(house, caller, cost),
  };
  const result = await execute({
    schema,
    document: read.document,
    rootValue,
    variableValues: variables,
  });
  for (const error of result.errors ?? []) noteLack(house, error);
  const errors = result.errors?.map(plain);
  return { body: { data: result.data, ...(errors && { errors }) }, cost: cost.points };
}

function readQuery(query: string): { document: DocumentNode } | { problem: GraphQLError } {
  try {
    return { document: parse(query) };
  } catch (error) {
    if (error instanceof GraphQLError) return { problem: error };
    throw error;
  }
}

/** An error without GitHub's type is something the stand-in does not know how to answer, or a variable of a wrong kind. */
function noteLack(house: House, error: GraphQLError): void {
  if (error.extensions['type'] !== undefined) return;
  house.context.world.violations.push(`graphql ${String(error.path?.join('.'))}: ${error.message}`);
}

/** As GitHub writes errors: the type stands beside the message. */
function plain(error: GraphQLError): object {
  const { type, ...extensions } = error.extensions;
  return {
    ...(type !== undefined && { type }),
    ...(error.path && { path: error.path }),
    ...(Object.keys(extensions).length > 0 && { extensions }),
    locations: error.locations,
    message: error.message,
  };
}

function rateLimitNode(house: House, caller: Caller, cost: Cost): Node {
  const { limit, remaining, used, reset } = house.ledger.budget(accountOf(caller), 'graphql');
  const { points, nodes } = cost;
  return { cost: points, nodeCount: nodes, limit, remaining, used, resetAt: isoTime(reset * 1000) };
}
