/** Where questions of GraphQL begin: repositories, searches, the viewer, things by their id. */
import { isPull } from '../acts/issues.ts';
import { type Issue, type Repo } from '../model.ts';
import { searchIssues } from '../search-query.ts';
import { mayRead, readableRepos } from '../sign-in/access.ts';
import { idOfNode, nodeId, repoFormerly, repoNamed } from '../world.ts';
import { connection, type Node, type PageArguments, problem } from './connection.ts';
import { actorNode, commentNode, repoNode, type Seen } from './nodes.ts';
import { threadNode } from './pull-nodes.ts';

export function queryRoot(seen: Seen): Node {
  const { world } = seen.context;
  return {
    viewer: () => viewerNode(seen),
    repository: (given: { owner: string; name: string; followRenames?: boolean | null }) => {
      const name = `${given.owner}/${given.name}`;
      const former = given.followRenames === false ? undefined : repoFormerly(world, name);
      const repo = repoNamed(world, name) ?? former;
      if (repo && mayRead(seen.caller, repo)) return repoNode(seen, repo);
      throw problem('NOT_FOUND', `Could not resolve to a Repository with the name '${name}'.`);
    },
    search: (given: PageArguments & { query: string; type: string }) => {
      const me = seen.caller.kind === 'nobody' ? '' : seen.caller.user.login;
      const found = searchIssues(readableRepos(world, seen.caller), given.query, me).issues;
      const cut = found.slice(0, 1000);
      return {
        ...connection('search', cut, given, (issue) => seen.thing(issue)),
        ...{ issueCount: found.length, repositoryCount: 0, userCount: 0 },
        ...{ codeCount: 0, discussionCount: 0, wikiCount: 0 },
      };
    },
    node: ({ id }: { id: string }) => nodeById(seen, id),
    nodes: ({ ids }: { ids: string[] }) => ids.map((id) => nodeById(seen, id)),
    user: ({ login }: { login: string }) => {
      const user = world.users.get(login.toLowerCase());
      if (user) return actorNode(seen, user);
      throw problem('NOT_FOUND', `Could not resolve to a User with the login of '${login}'.`);
    },
  };
}

function viewerNode(seen: Seen): Node {
  if (seen.caller.kind === 'nobody')
    throw problem('FORBIDDEN', 'This endpoint requires you to be authenticated.');
  const order = (given: { orderBy?: { field: string; direction: string } | null }) => {
    const { field = 'NAME', direction = 'ASC' } = given.orderBy ?? {};
    const sign = direction === 'ASC' ? 1 : -1;
    const byTime = (a: Repo, b: Repo) =>
      field === 'PUSHED_AT' ? a.pushedAt - b.pushedAt : a.updatedAt - b.updatedAt;
    return (a: Repo, b: Repo) =>
      sign * (field === 'NAME' ? a.name.localeCompare(b.name) : byTime(a, b));
  };
  return {
    ...actorNode(seen, seen.caller.user),
    // Bots are users too, where they look at themselves.
    __typename: 'User',
    isViewer: true,
    repositories: (
      given: PageArguments & { orderBy?: { field: string; direction: string } | null },
    ) => {
      const mine = readableRepos(seen.context.world, seen.caller).toSorted(order(given));
      return connection('repositories', mine, given, (repo) => repoNode(seen, repo));
    },
  };
}

/** Throws NOT_FOUND for what is not there, or not there for the caller. */
export function nodeById(seen: Seen, id: string): Node {
  const found = findNode(seen, id);
  if (found) return found;
  throw problem('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'.`);
}

function findNode(seen: Seen, id: string): Node | undefined {
  const number = idOfNode(id);
  for (const repo of readableRepos(seen.context.world, seen.caller)) {
    if (nodeId('repo', repo.id) === id) return repoNode(seen, repo);
    for (const issue of repo.issues.values()) {
      if (isNamed(issue, id)) return seen.thing(issue);
      const comment = issue.comments.find((one) => one.id === number);
      if (comment) return commentNode(seen, comment);
      const thread = issue.pull?.threads.find((one) => one.id === number);
      if (thread && isPull(issue)) return threadNode(seen, issue, thread);
    }
  }
  return undefined;
}

/** Whether the id is the issue's, or the pull request's that it is. */
export function isNamed(issue: Issue, id: string): boolean {
  return id === (issue.pull ? nodeId('pull', issue.pull.id) : nodeId('issue', issue.id));
}
