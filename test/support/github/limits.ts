/** GitHub's limits: the hourly budget of each account, and the secondary limits against haste. */
import { refusal, type Refusal } from './answer.ts';

export interface Limits {
  /** REST requests an hour. */
  core: number;
  /** Searches a minute. */
  search: number;
  /** GraphQL points an hour. */
  graphql: number;
  /** Requests that make something: issues, comments, pull requests, reviews. */
  contentPerMinute: number;
  contentPerHour: number;
  /** A reading request is 1 point, a changing one 5. */
  restPointsPerMinute: number;
  graphqlPointsPerMinute: number;
  concurrent: number;
  /** What a secondary limit says in Retry-After, in seconds. */
  retryAfter: number;
}

export const GITHUB_LIMITS: Limits = {
  core: 5000,
  search: 30,
  graphql: 5000,
  contentPerMinute: 80,
  contentPerHour: 500,
  restPointsPerMinute: 900,
  graphqlPointsPerMinute: 2000,
  concurrent: 100,
  retryAfter: 60,
};

export type Resource = 'core' | 'search' | 'graphql';

export interface Budget {
  limit: number;
  used: number;
  remaining: number;
  /** Epoch seconds. */
  reset: number;
}

export interface Entry {
  resource: Resource;
  isRead: boolean;
  isContent: boolean;
}

export interface Ledger {
  /** Begins a request; throws what refuses it. `leave` ends one that began. */
  enter(account: string, entry: Entry): void;
  leave(account: string): void;
  spend(account: string, resource: Resource, cost: number): void;
  budget(account: string, resource: Resource): Budget;
  headers(account: string, resource: Resource): Record<string, string>;
  /** Uses up what is left of a budget, but for `left`. */
  exhaust(account: string, resource: Resource, left?: number): void;
}

const HOUR = 3_600_000;
const MINUTE = 60_000;

interface Account {
  windows: Map<Resource, { start: number; used: number }>;
  /** Times of the requests of the last hour that made something. */
  content: number[];
  points: { at: number; points: number; isGraphql: boolean }[];
  running: number;
}

export function openLedger(limits: Limits, now: () => number): Ledger {
  const accounts = new Map<string, Account>();
  const accountOf = (name: string): Account => {
    const known = accounts.get(name);
    if (known) return known;
    const made = { windows: new Map(), content: [], points: [], running: 0 };
    accounts.set(name, made);
    return made;
  };
  const windowOf = (name: string, resource: Resource) => {
    const { windows } = accountOf(name);
    const length = resource === 'search' ? MINUTE : HOUR;
    const known = windows.get(resource);
    if (known && now() < known.start + length) return { window: known, length };
    const window = { start: now(), used: 0 };
    windows.set(resource, window);
    return { window, length };
  };
  const budget = (name: string, resource: Resource): Budget => {
    const { window, length } = windowOf(name, resource);
    const limit = limits[resource];
    const remaining = Math.max(0, limit - window.used);
    return {
      limit,
      used: window.used,
      remaining,
      reset: Math.ceil((window.start + length) / 1000),
    };
  };
  return {
    enter(name, entry) {
      const account = accountOf(name);
      if (budget(name, entry.resource).remaining === 0) throw spent(name);
      const why = hurry(account, entry, limits, now());
      if (why) throw why;
      account.running += 1;
    },
    leave(name) {
      accountOf(name).running -= 1;
    },
    spend(name, resource, cost) {
      windowOf(name, resource).window.used += cost;
    },
    budget,
    headers(name, resource) {
      const { limit, remaining, used, reset } = budget(name, resource);
      return {
        'x-ratelimit-limit': String(limit),
        'x-ratelimit-remaining': String(remaining),
        'x-ratelimit-used': String(used),
        'x-ratelimit-reset': String(reset),
        'x-ratelimit-resource': resource,
      };
    },
    exhaust(name, resource, left = 0) {
      windowOf(name, resource).window.used = limits[resource] - left;
    },
  };
}

function spent(account: string): Refusal {
  const message = `API rate limit exceeded for ${account}. If you reach out to GitHub Support for help, please include the request ID.`;
  return refusal(403, message);
}

function hurry(account: Account, entry: Entry, limits: Limits, now: number): Refusal | null {
  account.content = account.content.filter((at) => at > now - HOUR);
  account.points = account.points.filter(({ at }) => at > now - MINUTE);
  const isGraphql = entry.resource === 'graphql';
  const points = account.points
    .filter((one) => one.isGraphql === isGraphql)
    .reduce((sum, one) => sum + one.points, 0);
  const allowed = isGraphql ? limits.graphqlPointsPerMinute : limits.restPointsPerMinute;
  const lastMinute = account.content.filter((at) => at > now - MINUTE).length;
  const isTooMuchContent =
    entry.isContent &&
    (lastMinute >= limits.contentPerMinute || account.content.length >= limits.contentPerHour);
  if (account.running >= limits.concurrent || points >= allowed || isTooMuchContent) {
    return secondary(limits.retryAfter);
  }
  account.points.push({ at: now, points: entry.isRead ? 1 : 5, isGraphql });
  if (entry.isContent) account.content.push(now);
  return null;
}

/** GitHub's answer to haste. */
export function secondary(retryAfter: number): Refusal {
  return refusal(
    403,
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to GitHub Support for help, please include the request ID.',
    { 'retry-after': String(retryAfter) },
  );
}
