/** The door for git: the same addresses as the web pages, with a token as the password. */
import { refsMoved } from '../acts/pushes.ts';
import { mergeWaiting } from '../acts/merging.ts';
import { type Repo } from '../model.ts';
import { serveGit } from '../git-http.ts';
import { hasRole } from '../sign-in/access.ts';
import { type Token } from '../sign-in/model.ts';
import { passwordOf, validToken } from '../sign-in/tokens.ts';
import { fullName, repoFormerly, repoNamed, userNamed } from '../world.ts';
import { type House } from './house.ts';
import { type Incoming } from './http.ts';

const GIT_PATH =
  /^\/([\w.-]+\/[\w.-]+?)(?:\.git)?(\/(?:info\/refs|git-upload-pack|git-receive-pack))$/u;

/** Whether git asks, by the address. */
export function isGitPath(path: string): boolean {
  return GIT_PATH.test(path);
}

/** Answers on its own; the status that went out. */
export async function gitAnswer(house: House, incoming: Incoming): Promise<number> {
  const { world } = house.context;
  const [, name = '', rest = ''] = GIT_PATH.exec(incoming.path) ?? [];
  const service = incoming.query.get('service') ?? rest.slice(1);
  const isPush = service === 'git-receive-pack';
  const header = incoming.request.headers.authorization;
  const token =
    header === undefined ? null : validToken(world, passwordOf(header.split(' ')[1] ?? ''));
  if (token === undefined)
    return say(
      incoming,
      401,
      'Invalid username or token. Password authentication is not supported for Git operations.',
    );
  const former = repoNamed(world, name) ? undefined : repoFormerly(world, name);
  if (former) return lead(house, incoming, former, rest);
  const repo = repoNamed(world, name);
  const isHidden = !repo || (repo.isPrivate && !mayFetch(repo, token));
  if (token === null && (isPush || isHidden))
    return say(incoming, 401, 'No anonymous write access.');
  if (isHidden) return say(incoming, 404, 'Repository not found.');
  if (isPush && !mayPush(repo, token)) {
    const who = token?.user.login ?? 'nobody';
    return say(incoming, 403, `Permission to ${fullName(repo)}.git denied to ${who}.`);
  }
  const user = token?.user ?? userNamed(world, 'anonymous');
  const wanted = { dir: repo.dir, rest, query: incoming.query.toString(), user: user.login };
  await serveGit(incoming.request, incoming.response, wanted, async () => {
    if (!isPush || incoming.method !== 'POST') return;
    await refsMoved(house.context, repo, user);
    await mergeWaiting(house.context, repo);
  });
  return incoming.response.statusCode;
}

function mayFetch(repo: Repo, token: Token | null): boolean {
  if (!token) return false;
  const { may } = token;
  if (may.kind === 'scopes')
    return may.scopes.includes('repo') && hasRole(repo, token.user, 'read');
  const isInside = may.repos === null || may.repos.has(repo.id);
  return isInside && may.permissions['contents'] !== undefined;
}

function mayPush(repo: Repo, token: Token | null): boolean {
  if (!token || (token.installation === null && !hasRole(repo, token.user, 'write'))) return false;
  const { may } = token;
  if (may.kind === 'scopes') {
    return may.scopes.includes('repo') || (!repo.isPrivate && may.scopes.includes('public_repo'));
  }
  const isInside = may.repos === null || may.repos.has(repo.id);
  return isInside && may.permissions['contents'] === 'write';
}

function lead(house: House, incoming: Incoming, repo: Repo, rest: string): number {
  const query = incoming.query.size > 0 ? `?${incoming.query.toString()}` : '';
  const location = `${house.context.world.at.web}/${fullName(repo)}.git${rest}${query}`;
  incoming.response.writeHead(301, { location }).end();
  return 301;
}

function say(incoming: Incoming, status: number, words: string): number {
  const headers = {
    'content-type': 'text/plain',
    ...(status === 401 && { 'www-authenticate': 'Basic realm="GitHub"' }),
  };
  incoming.request.resume();
  incoming.response.writeHead(status, headers).end(words);
  return status;
}
