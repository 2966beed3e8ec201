/** Filters and order of a repository's lists in GraphQL. */
import { type Issue } from '../model.ts';
import { type PageArguments } from './connection.ts';

export interface ListArguments extends PageArguments {
  states?: string[] | null;
  labels?: string[] | null;
  filterBy?: { since?: string; assignee?: string; labels?: string[]; states?: string[] } | null;
  orderBy?: { field: string; direction: string } | null;
  headRefName?: string | null;
  baseRefName?: string | null;
}

export function filtered(all: Issue[], given: ListArguments): Issue[] {
  const by = given.filterBy ?? {};
  const states = given.states ?? by.states;
  const labels = (given.labels ?? by.labels ?? []).map((name) => name.toLowerCase());
  const stateOf = (issue: Issue) => (issue.pull?.merged ? 'MERGED' : issue.state.toUpperCase());
  const found = all.filter(
    (issue) =>
      (!states || states.includes(stateOf(issue))) &&
      (labels.length === 0 ||
        issue.labels.some(({ name }) => labels.includes(name.toLowerCase()))) &&
      (by.since === undefined || issue.updatedAt >= Date.parse(by.since)) &&
      (by.assignee === undefined || issue.assignees.some(({ login }) => login === by.assignee)) &&
      (!given.headRefName || issue.pull?.headRef === given.headRefName) &&
      (!given.baseRefName || issue.pull?.baseRef === given.baseRefName),
  );
  const { field = 'CREATED_AT', direction = 'ASC' } = given.orderBy ?? {};
  const value = (issue: Issue) =>
    field === 'UPDATED_AT'
      ? issue.updatedAt
      : field === 'COMMENTS'
        ? issue.comments.length
        : issue.createdAt;
  const sign = direction === 'ASC' ? 1 : -1;
  return found.toSorted((a, b) => sign * (value(a) - value(b) || a.number - b.number));
}
