/** GitHub's syntax for searching issues and pull requests: `repo:acme/shop is:open label:koubou no:assignee crash`. */
import { type Issue, type Repo } from './model.ts';
import { fullName } from './world.ts';

export interface Found {
  issues: Issue[];
  /** Names of repositories and accounts that were asked for and are not there for the caller. */
  missing: string[];
  /** Whether the query says if it wants issues or pull requests. */
  saysKind: boolean;
}

interface Term {
  isNot: boolean;
  key: string;
  value: string;
}

/** `me`: who `@me` is. Only `repos` are searched. */
export function searchIssues(repos: Repo[], query: string, me: string): Found {
  const terms = termsOf(query).map((term) =>
    term.value === '@me' ? { ...term, value: me } : { ...term, value: term.value },
  );
  const places = terms.filter(({ key, isNot }) => ['repo', 'user', 'org'].includes(key) && !isNot);
  const isAt = (repo: Repo, { key, value }: Term) =>
    (key === 'repo' ? fullName(repo) : repo.owner.login).toLowerCase() === value.toLowerCase();
  const wanted = repos.filter(
    (repo) => places.length === 0 || places.some((place) => isAt(repo, place)),
  );
  const missing = places.filter((place) => !repos.some((repo) => isAt(repo, place)));
  const others = terms.filter((term) => !places.includes(term) && term.key !== 'sort');
  const issues = wanted
    .flatMap((repo) => [...repo.issues.values()])
    .filter((issue) => others.every((term) => fits(issue, term) !== term.isNot));
  const saysKind = terms.some(
    ({ key, value }) =>
      (key === 'is' || key === 'type') && /^(?:issue|pr|pull-request)$/u.test(value),
  );
  const sort = terms.find(({ key }) => key === 'sort')?.value ?? 'created-desc';
  return { issues: sorted(issues, sort), missing: missing.map(({ value }) => value), saysKind };
}

function termsOf(query: string): Term[] {
  const found = query.matchAll(/(-?)(?:([a-z-]+):)?("[^"]*"|[^\s"]+(?:"[^"]*")?)/giu);
  return [...found].map(([, minus, key = '', value = '']) => ({
    isNot: minus === '-',
    key: key.toLowerCase(),
    value: value.replaceAll('"', ''),
  }));
}

function fits(issue: Issue, { key, value }: Term): boolean {
  const known = FILTERS[key];
  if (known) return known(issue, value);
  const text = `${issue.title}\n${issue.body ?? ''}`.toLowerCase();
  return text.includes((key ? `${key}:${value}` : value).toLowerCase());
}

const FILTERS: Record<string, (issue: Issue, value: string) => boolean> = {
  is: isIt,
  type: isIt,
  state: isIt,
  label: (issue, value) =>
    value
      .toLowerCase()
      .split(',')
      .some((name) => issue.labels.some((label) => label.name.toLowerCase() === name)),
  author: (issue, value) => same(issue.author.login, value),
  assignee: (issue, value) =>
    value === '*'
      ? issue.assignees.length > 0
      : issue.assignees.some((user) => same(user.login, value)),
  milestone: (issue, value) => issue.milestone !== null && same(issue.milestone.title, value),
  no: (issue, value) => {
    if (value === 'assignee') return issue.assignees.length === 0;
    if (value === 'label') return issue.labels.length === 0;
    return value === 'milestone' && issue.milestone === null;
  },
  // Where text is looked for makes no difference in worlds this small.
  in: () => true,
  head: (issue, value) => issue.pull?.headRef === value,
  base: (issue, value) => issue.pull?.baseRef === value,
  created: (issue, value) => isInTime(issue.createdAt, value),
  updated: (issue, value) => isInTime(issue.updatedAt, value),
  closed: (issue, value) => issue.closedAt !== null && isInTime(issue.closedAt, value),
};

function isIt(issue: Issue, value: string): boolean {
  if (value === 'issue') return issue.pull === null;
  if (value === 'pr' || value === 'pull-request') return issue.pull !== null;
  if (value === 'open' || value === 'closed') return issue.state === value;
  if (value === 'merged') return Boolean(issue.pull?.merged);
  if (value === 'unmerged') return issue.pull !== null && issue.pull.merged === null;
  if (value === 'draft') return Boolean(issue.pull?.isDraft);
  if (value === 'private') return issue.repo.isPrivate;
  return value === 'public' && !issue.repo.isPrivate;
}

function isInTime(at: number, value: string): boolean {
  const [from, to] = value.split('..');
  if (to !== undefined) {
    return (from === '*' || at >= Date.parse(from ?? '')) && (to === '*' || at <= Date.parse(to));
  }
  const [, sign = '', day = ''] = /^([<>]=?)?(.+)$/u.exec(value) ?? [];
  const time = Date.parse(day);
  if (sign === '>') return at > time;
  if (sign === '>=') return at >= time;
  if (sign === '<') return at < time;
  if (sign === '<=') return at <= time;
  return new Date(at).toISOString().startsWith(day);
}

function sorted(issues: Issue[], sort: string): Issue[] {
  const [by, direction = 'desc'] = sort.split('-');
  const value = (issue: Issue) =>
    by === 'updated'
      ? issue.updatedAt
      : by === 'comments'
        ? issue.comments.length
        : issue.createdAt;
  const sign = direction === 'asc' ? 1 : -1;
  return issues.toSorted((a, b) => sign * (value(a) - value(b) || a.id - b.id));
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
