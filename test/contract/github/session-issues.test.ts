/** An account that is signed out has an issue at GitHub, which a person closes to have it checked again. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestAccounts } from '../../../src/main/coordinator/forge/github/accounts/testing.ts';
import { sessionDesk } from '../../../src/main/coordinator/forge/github/session-desk.ts';
import { quickClock } from '../../../src/main/coordinator/forge/github/testing.ts';
import { createAccounts } from '../../../src/main/coordinator/gateway/accounts/accounts.ts';
import { probe } from '../../../src/main/coordinator/gateway/sessions/probe.ts';
import {
  startSessionIssues,
  type IssueDesk,
} from '../../../src/main/coordinator/gateway/sessions/session-issues.ts';
import { createSessions } from '../../../src/main/coordinator/gateway/sessions/sessions.ts';
import {
  startProvider,
  type TestProvider,
} from '../../../src/main/coordinator/gateway/sessions/testing.ts';
import {
  testClock,
  testFolder,
  type TestFolder,
} from '../../../src/main/coordinator/journal/testing.ts';
import { startGitHub, type GitHubStandIn } from '../../support/github/start-github.ts';

const REPO = 'acme/shop';
const ISSUE = `${REPO}#1`;
const MINUTE = 60_000;

let github: GitHubStandIn;
let provider: TestProvider;
let ends: (() => Promise<void> | void)[];
beforeEach(async () => {
  github = await startGitHub();
  await github.createRepo(REPO, { files: { 'README.md': '# Shop\n' } });
  provider = await startProvider('sk-1');
  ends = [];
});
afterEach(async () => {
  for (const end of ends.toReversed()) await end();
  await provider[Symbol.asyncDispose]();
  expect(github.violations).toEqual([]);
  await github.close();
});

/** Tells when the desk was asked for something, so that a test waits for just that. */
function watched(desk: IssueDesk): {
  desk: IssueDesk;
  next: (act: keyof IssueDesk) => Promise<void>;
} {
  const waiting = new Map<string, (() => void)[]>();
  const tell =
    <A extends unknown[], R>(act: string, run: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const answer = await run(...args);
      // After whoever asked has gone on.
      setImmediate(() => {
        for (const resolve of waiting.get(act) ?? []) resolve();
        waiting.delete(act);
      });
      return answer;
    };
  return {
    desk: {
      find: tell('find', desk.find),
      open: tell('open', desk.open),
      isOpen: tell('isOpen', desk.isOpen),
      turn: tell('turn', desk.turn),
    },
    next: async (act) =>
      await new Promise((resolve) => waiting.set(act, [...(waiting.get(act) ?? []), resolve])),
  };
}

/** @param from the stage before, of which this one is another start */
async function stage(repo: string | null = REPO, from?: { readonly folder: TestFolder }) {
  const folder = from?.folder ?? testFolder();
  const clock = testClock();
  const signedIn = openTestAccounts({ clock: quickClock((ms) => ms <= 2_000) });
  await signedIn.accounts.signIn({
    ...{ with: 'token', host: github.web, token: github.createToken('bot') },
  });
  const accounts = createAccounts({ dir: folder.dir, keychain: null, clock });
  const about = { provider: 'anthropic', name: 'Main', auth: 'api_key' } as const;
  const there =
    accounts.list()[0] ?? (await accounts.add({ ...about, baseUrl: provider.url }, 'sk-1'));
  const { id } = there;
  const sessions = createSessions({ accounts, clock, probe, random: () => 0.5 });
  const { desk, next } = watched(sessionDesk(signedIn.accounts, () => github.web));
  const problems: string[] = [];
  const issues = startSessionIssues({
    ...{ accounts, sessions, desk, clock, workshop: 'w1', repo: () => repo },
    onProblem: (why) => problems.push(why),
  });
  ends.push(
    () => folder[Symbol.dispose](),
    signedIn.close,
    () => sessions.close(),
    issues.close,
  );
  ends.push(() => expect(problems).toEqual([]));
  const signOut = async (): Promise<void> => {
    provider.keys.clear();
    for (let times = 0; times < 3; times++) await sessions.check(id);
  };
  return { accounts, clock, folder, id, next, sessions, signOut };
}

it('is opened once with its label, and closed when somebody signs in again', async () => {
  const { id, next, sessions, signOut } = await stage();
  const opened = next('open');
  await signOut();
  await opened;
  const issue = github.issue(ISSUE);
  expect(issue).toMatchObject({ state: 'open', title: 'Model account “Main” is signed out' });
  expect(issue.labels.map(({ name }) => name)).toEqual(['session-timeout']);
  expect(issue.body).toContain(`koubou accounts sign-in ${id}`);
  expect(issue.body).not.toContain('sk-1');
  const closed = next('turn');
  provider.keys.add('sk-1');
  await sessions.check(id);
  await closed;
  expect(github.issue(ISSUE).state).toBe('closed');
});

it('is found again by another start, and not opened twice', async () => {
  const first = await stage();
  const opened = first.next('open');
  await first.signOut();
  await opened;
  const second = await stage(REPO, first);
  const found = second.next('find');
  await second.signOut();
  await found;
  const closed = second.next('turn');
  provider.keys.add('sk-1');
  await second.sessions.check(second.id);
  await closed;
  expect(github.issue(ISSUE).state).toBe('closed');
  expect([...github.repo(REPO).issues.keys()]).toEqual([1]);
});

it('is closed by another start that finds the account well', async () => {
  const first = await stage();
  const opened = first.next('open');
  await first.signOut();
  await opened;
  provider.keys.add('sk-1');
  const second = await stage(REPO, first);
  const closed = second.next('turn');
  await second.sessions.check(second.id);
  await closed;
  expect(github.issue(ISSUE).state).toBe('closed');
});

it('is closed when the account is removed', async () => {
  const { accounts, clock, id, next, signOut } = await stage();
  const opened = next('open');
  await signOut();
  await opened;
  const closed = next('turn');
  accounts.remove(id);
  clock.advance(MINUTE);
  await closed;
  expect(github.issue(ISSUE).state).toBe('closed');
});

it('closed by a person has the account checked: it goes on, or the issue is open again', async () => {
  const { clock, id, next, sessions, signOut } = await stage();
  const opened = next('open');
  await signOut();
  await opened;
  const again = next('turn');
  github.closeIssue(ISSUE);
  clock.advance(MINUTE);
  await again;
  expect(github.issue(ISSUE).state).toBe('open');

  provider.keys.add('sk-1');
  const looked = next('isOpen');
  github.closeIssue(ISSUE);
  clock.advance(MINUTE);
  await looked;
  await sessions.check(id);
  expect(sessions.isGood(id)).toBe(true);
  expect(github.issue(ISSUE).state).toBe('closed');
});
