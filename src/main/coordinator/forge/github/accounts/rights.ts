/** What a token may do for Koubou, from its scopes or permissions, and the same as a sentence. Pure. */
import {
  GITHUB_RIGHTS,
  type GitHubRight,
  type RightState,
} from '../../../../../shared/contract-github.ts';

interface RightInfo {
  /** `may …` */
  readonly words: string;
  /** The permission of a fine-grained token or an App, with the least level that does. */
  readonly permission: string;
  readonly level: 'read' | 'write';
  /** Scopes of a classic token, any of which does; the first is advised. */
  readonly scopes: readonly string[];
}

const RIGHTS: Readonly<Record<GitHubRight, RightInfo>> = {
  read_code: { words: 'read code', permission: 'contents', level: 'read', scopes: ['repo'] },
  push: { words: 'push branches', permission: 'contents', level: 'write', scopes: ['repo'] },
  read_issues: { words: 'read issues', permission: 'issues', level: 'read', scopes: ['repo'] },
  write_issues: {
    words: 'comment on and label issues',
    permission: 'issues',
    level: 'write',
    scopes: ['repo'],
  },
  open_pulls: {
    words: 'open pull requests',
    permission: 'pull_requests',
    level: 'write',
    scopes: ['repo'],
  },
  read_checks: { words: 'read checks', permission: 'checks', level: 'read', scopes: ['repo'] },
  workflows: {
    words: 'change workflows',
    permission: 'workflows',
    level: 'write',
    scopes: ['workflow'],
  },
  webhooks: {
    words: 'make webhooks',
    permission: 'repository_hooks',
    level: 'write',
    scopes: ['repo', 'admin:repo_hook', 'write:repo_hook'],
  },
};

/** As GitHub's own pages name them, where that is not the name itself. */
const NAMES: Readonly<Record<string, string>> = { repository_hooks: 'Webhooks' };
/** Without these nothing is wrong: only some tasks need them. */
const OPTIONAL: readonly GitHubRight[] = ['workflows', 'webhooks'];
const LEVELS = ['read', 'write', 'admin'];

/** Of a token with scopes: `['repo', 'workflow']`. */
export function rightsOfScopes(scopes: readonly string[]): RightState[] {
  const isPublicOnly = scopes.includes('public_repo') && !scopes.includes('repo');
  return GITHUB_RIGHTS.map((right) => {
    const { scopes: enough } = RIGHTS[right];
    if (enough.some((scope) => scopes.includes(scope))) return { right, has: 'yes', give: null };
    const give = `the scope ${enough[0] ?? 'repo'}`;
    // `public_repo` does for public repositories; whether all of them are, only they tell.
    const has = isPublicOnly && right !== 'workflows' ? 'unknown' : 'no';
    return { right, has, give };
  });
}

/** Of an App's installation: `{ issues: 'write', contents: 'read' }`. */
export function rightsOfPermissions(given: Readonly<Record<string, string>>): RightState[] {
  return GITHUB_RIGHTS.map((right) => {
    const { permission, level } = RIGHTS[right];
    const has = LEVELS.indexOf(given[permission] ?? '') >= LEVELS.indexOf(level);
    return { right, has: has ? 'yes' : 'no', give: has ? null : giveOf(right) };
  });
}

/**
 * Of a fine-grained token, which does not say: what was tried.
 * @param tried permissions that could be read, and could not
 */
export function rightsOfProbes(tried: Readonly<Record<string, boolean>>): RightState[] {
  return GITHUB_RIGHTS.map((right) => {
    const { permission, level } = RIGHTS[right];
    const canRead = tried[permission];
    // Who may not read may not write either; who may read, may perhaps.
    if (canRead === false) return { right, has: 'no', give: giveOf(right) };
    if (canRead === true && level === 'read') return { right, has: 'yes', give: null };
    return { right, has: 'unknown', give: giveOf(right) };
  });
}

/** What a refusal taught. @param header `X-Accepted-GitHub-Permissions`: `pull_requests=write` */
export function rightsAfterRefusal(
  rights: readonly RightState[],
  header: string,
): readonly RightState[] {
  const wanted = header.split(/[;,]/).map((one) => one.trim());
  const isLacking = ({ right, has }: RightState): boolean => {
    const { permission, level } = RIGHTS[right];
    return has !== 'no' && wanted.includes(`${permission}=${level}`);
  };
  if (!rights.some(isLacking)) return rights;
  return rights.map((one) =>
    isLacking(one) ? { right: one.right, has: 'no', give: giveOf(one.right) } : one,
  );
}

/** `may read code and issues; may not open pull requests: give it Pull requests: write` */
export function summaryOf(rights: readonly RightState[]): string {
  const has = rights.filter((one) => one.has === 'yes').map(wordsOf);
  const lacks = rights.filter((one) => one.has === 'no' && !OPTIONAL.includes(one.right));
  const unknown = rights.filter((one) => one.has === 'unknown' && !OPTIONAL.includes(one.right));
  const parts = [
    ...(has.length > 0 ? [`may ${listOf(has)}`] : []),
    ...(lacks.length > 0
      ? [`may not ${listOf(lacks.map(wordsOf), 'or')}: give it ${listOf(givesOf(lacks))}`]
      : []),
    ...(unknown.length > 0
      ? [
          `only trying shows whether it may ${listOf(unknown.map(wordsOf))}: it needs ${listOf(givesOf(unknown))}`,
        ]
      : []),
  ];
  return parts.join('; ');
}

function wordsOf({ right }: RightState): string {
  return RIGHTS[right].words;
}

function givesOf(rights: readonly RightState[]): string[] {
  const gives = [...new Set(rights.flatMap(({ give }) => give ?? []))];
  // Who is told to give `write` need not be told to give `read`.
  return gives.filter(
    (give) => !give.endsWith(': read') || !gives.includes(give.replace(/: read$/, ': write')),
  );
}

function giveOf(right: GitHubRight): string {
  const { permission, level } = RIGHTS[right];
  const plain = NAMES[permission] ?? permission.replaceAll('_', ' ');
  return `${plain.charAt(0).toUpperCase()}${plain.slice(1)}: ${level}`;
}

function listOf(words: readonly string[], joint = 'and'): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} ${joint} ${last}`;
}
