/** The state of one GitHub stand-in, and how things in it are found. Nothing here sends or answers anything. */
import { type App, type DeviceCode, type Token } from './sign-in/model.ts';
import { type Hook, type Issue, type Repo, type User } from './model.ts';

/** Where this GitHub is reached. No address ends with a slash. */
export interface Addresses {
  /** Web pages, sign-in and git. */
  web: string;
  /** REST. */
  api: string;
  graphql: string;
}

export interface World {
  readonly at: Addresses;
  /** Epoch ms. */
  now(): number;
  /** A number that nothing else in this world has. */
  nextId(): number;
  readonly users: Map<string, User>;
  /** By id: a renamed repository keeps its own. */
  readonly repos: Map<number, Repo>;
  /** Names that repositories had, in lower case, to their ids. */
  readonly formerNames: Map<string, number>;
  readonly tokens: Map<string, Token>;
  readonly apps: App[];
  readonly deviceCodes: Map<string, DeviceCode>;
  /** Hooks that hear of every repository. */
  readonly hooks: Hook[];
  /** What broke GitHub's published description, in words. Tests expect none. */
  readonly violations: string[];
}

export function makeWorld(at: Addresses, now: () => number): World {
  let lastId = 1000;
  return {
    at,
    now,
    nextId: () => (lastId += 1),
    users: new Map(),
    repos: new Map(),
    formerNames: new Map(),
    tokens: new Map(),
    apps: [],
    deviceCodes: new Map(),
    hooks: [],
    violations: [],
  };
}

/** The user of that name, made if there is none yet. */
export function userNamed(world: World, login: string, type: User['type'] = 'User'): User {
  const known = world.users.get(login.toLowerCase());
  if (known) return known;
  const user: User = { id: world.nextId(), login, type };
  world.users.set(login.toLowerCase(), user);
  return user;
}

export function fullName(repo: Repo): string {
  return `${repo.owner.login}/${repo.name}`;
}

/** The repository that has this name now, without regard to case. */
export function repoNamed(world: World, name: string): Repo | undefined {
  const wanted = name.toLowerCase();
  for (const repo of world.repos.values()) {
    if (!repo.isGone && fullName(repo).toLowerCase() === wanted) return repo;
  }
  return undefined;
}

/** The repository that had this name before it was renamed or transferred, unless another has taken it. */
export function repoFormerly(world: World, name: string): Repo | undefined {
  const id = world.formerNames.get(name.toLowerCase());
  const repo = id === undefined ? undefined : world.repos.get(id);
  return repo?.isGone ? undefined : repo;
}

/** `acme/shop#12`, or the thing itself where the caller has it; for what tests say. Throws when there is none. */
export function theIssue(world: World, name: string): Issue {
  const [repoName = '', number = ''] = name.split('#');
  const issue = theRepo(world, repoName).issues.get(Number(number));
  if (!issue) throw new Error(`The stand-in has no ${name}.`);
  return issue;
}

/** As `theIssue`, for a repository. */
export function theRepo(world: World, name: string): Repo {
  const repo = repoNamed(world, name);
  if (!repo) throw new Error(`The stand-in has no repository ${name}.`);
  return repo;
}

const PREFIXES = {
  app: 'A',
  check: 'CR',
  comment: 'IC',
  issue: 'I',
  label: 'LA',
  milestone: 'MI',
  pull: 'PR',
  queueEntry: 'MQE',
  repo: 'R',
  review: 'PRR',
  reviewComment: 'PRRC',
  status: 'SC',
  suite: 'CS',
  thread: 'PRRT',
  user: 'U',
} as const;

/** GraphQL's id of a thing. */
export function nodeId(kind: keyof typeof PREFIXES, id: number): string {
  return `${PREFIXES[kind]}_kwDO${id.toString(36).padStart(6, '0')}`;
}

/** The number that `nodeId` was made of; NaN for anything else. */
export function idOfNode(node: string): number {
  const match = /^[A-Z]+_kwDO([0-9a-z]+)$/u.exec(node);
  return match?.[1] === undefined ? Number.NaN : Number.parseInt(match[1], 36);
}

/** GitHub's times have whole seconds. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/u, 'Z');
}
