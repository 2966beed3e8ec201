/** The checks of a commit as GitHub's GraphQL answers show them. */
import { latestStatuses, rollup } from '../acts/checks.ts';
import { type CheckRun, type Repo, type Status } from '../model.ts';
import { checkRunShape } from '../shapes/checks.ts';
import { isoTime, nodeId } from '../world.ts';
import { connection, type Node, type PageArguments } from './connection.ts';
import { actorNode, type Seen } from './nodes.ts';

/** Null for a commit without checks. */
export function rollupNode(seen: Seen, repo: Repo, oid: string): Node | null {
  const state = { none: null, pending: 'PENDING', passed: 'SUCCESS', failed: 'FAILURE' }[
    rollup(repo, oid)
  ];
  if (state === null) return null;
  const contexts = [
    ...repo.checkRuns.filter((run) => run.commit === oid).map((run) => checkNode(seen, repo, run)),
    ...latestStatuses(repo, oid).map((status) => statusNode(seen, status)),
  ];
  return {
    __typename: 'StatusCheckRollup',
    id: `SCR_${oid}`,
    state,
    contexts: (page: PageArguments) => connection('contexts', contexts, page, (one) => one),
  };
}

function checkNode({ context }: Seen, repo: Repo, run: CheckRun): Node {
  const shape = checkRunShape(context.world, repo, run);
  const required = [...repo.protections.values()].some(({ checks }) => checks.includes(run.name));
  return {
    __typename: 'CheckRun',
    id: nodeId('check', run.id),
    databaseId: run.id,
    name: run.name,
    status: run.status.toUpperCase(),
    conclusion: run.conclusion?.toUpperCase() ?? null,
    detailsUrl: shape['details_url'],
    url: shape['html_url'],
    permalink: shape['html_url'],
    title: run.summary === null ? null : run.name,
    summary: run.summary,
    startedAt: isoTime(run.startedAt),
    completedAt: run.completedAt === null ? null : isoTime(run.completedAt),
    isRequired: required,
  };
}

function statusNode(seen: Seen, status: Status): Node {
  return {
    __typename: 'StatusContext',
    id: nodeId('status', status.id),
    context: status.context,
    state: status.state.toUpperCase(),
    description: status.description,
    targetUrl: status.targetUrl,
    createdAt: isoTime(status.at),
    creator: () => actorNode(seen, status.creator),
    isRequired: false,
  };
}
