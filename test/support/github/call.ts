/** One REST request as its handler sees it, typed by GitHub's own description. */
import type { operations } from '@octokit/openapi-types';
import { type Answer, notFound, refusal } from './answer.ts';
import { type Caller, type Context } from './context.ts';
import { type Ledger } from './limits.ts';
import { type Issue, type Repo, type User } from './model.ts';
import { type OperationId } from './openapi.ts';
import { type PullIssue } from './shapes/pull.ts';
import { isPull } from './acts/issues.ts';

type BodyOf<Id extends OperationId> = operations[Id] extends {
  requestBody?: { content: { 'application/json': infer Body } };
}
  ? Body
  : undefined;

export interface Call<Id extends OperationId = OperationId> {
  context: Context;
  ledger: Ledger;
  caller: Caller;
  params: Record<string, string>;
  query: Record<string, string>;
  /** Checked against the description before any handler sees it. */
  body: BodyOf<Id>;
  accept: string;
  /** The repository of the path. Throws when the operation has none. */
  readonly repo: Repo;
}

export type Handler<Id extends OperationId = OperationId> = (
  call: Call<Id>,
) => Answer | Promise<Answer>;

export type Handlers = { [Id in OperationId]?: Handler<Id> };

/** Who acts. Throws 401 when nobody is signed in. */
export function actor(call: { caller: Caller }): User {
  if (call.caller.kind === 'nobody') throw refusal(401, 'Requires authentication');
  return call.caller.user;
}

/** The issue or pull request of the path's number. */
export function issueOf(call: { repo: Repo; params: Record<string, string> }): Issue {
  const issue = call.repo.issues.get(Number(call.params['issue_number']));
  if (!issue) throw notFound();
  return issue;
}

export function pullOf(call: { repo: Repo; params: Record<string, string> }): PullIssue {
  const issue = call.repo.issues.get(Number(call.params['pull_number']));
  if (!issue || !isPull(issue)) throw notFound();
  return issue;
}
