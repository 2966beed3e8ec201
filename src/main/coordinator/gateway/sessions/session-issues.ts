/**
 * Where a repository is named for it, an account that is signed out has an issue there: opened once, closed when the account is
 * well again. A person who closes it has the account checked, and all that waits goes on; where it still fails, the
 * issue is opened again with what the provider said. How a forge does these is a port.
 */
import type { Clock } from '../../../../shared/clock.ts';
import type { ModelAccountId } from '../../../../shared/models.ts';
import type { Result } from '../../../../shared/result.ts';
import type { Accounts, ModelAccount } from '../models/port.ts';
import type { AccountSessions } from './sessions.ts';

/** Issues of one kind, at a forge. Errors are sentences. */
export interface IssueDesk {
  /** The open issue whose text has that mark; `null`: there is none. */
  find(repo: string, mark: string): Promise<Result<number | null, string>>;
  open(repo: string, issue: { title: string; body: string }): Promise<Result<number, string>>;
  isOpen(repo: string, issue: number): Promise<Result<boolean, string>>;
  /** Opens it again, or closes it, and says why. */
  turn(
    repo: string,
    issue: number,
    to: 'open' | 'closed',
    why: string,
  ): Promise<Result<null, string>>;
}

export interface SessionIssuesDeps {
  readonly accounts: Pick<Accounts, 'list'>;
  readonly sessions: Pick<AccountSessions, 'of' | 'check' | 'onChange'>;
  readonly desk: IssueDesk;
  /** `owner/name`; `null`: no issues are wanted. */
  readonly repo: () => string | null;
  /** Short id of this workshop: two may write to one repository. */
  readonly workshop: string;
  readonly clock: Clock;
  readonly onProblem: (why: string) => void;
}

/** How often it is looked whether somebody closed an issue, and tried again what a forge refused. */
const LOOK_MS = 60_000;

interface Opened {
  readonly repo: string;
  readonly number: number;
}

/** What is known of issues since the start. */
interface Known {
  readonly opened: Map<ModelAccountId, Opened>;
  /** Accounts that are well, of which an issue from before the start would have been found. */
  readonly lookedUp: Set<ModelAccountId>;
}

export function startSessionIssues(deps: SessionIssuesDeps): { close(): void } {
  const { sessions, clock } = deps;
  const known: Known = { opened: new Map(), lookedUp: new Set() };
  let [isRunning, isWoken, isClosed] = [false, false, false];
  let cancel = (): void => {};

  async function run(): Promise<void> {
    isRunning = true;
    while (isWoken && !isClosed) {
      isWoken = false;
      cancel();
      const isDone = await lookAtAll(deps, known, () => isClosed);
      if (!isDone && !isClosed) cancel = clock.after(LOOK_MS, wake);
    }
    isRunning = false;
  }

  function wake(): void {
    isWoken = true;
    if (!isRunning && !isClosed) void run();
  }

  const end = sessions.onChange(wake);
  wake();
  return {
    close() {
      isClosed = true;
      end();
      cancel();
    },
  };
}

/** True when nothing is left to look at. */
async function lookAtAll(
  deps: SessionIssuesDeps,
  known: Known,
  isClosed: () => boolean,
): Promise<boolean> {
  const { opened } = known;
  let isDone = true;
  const list = deps.accounts.list();
  const removed = [...opened].filter(([id]) => !list.some((account) => account.id === id));
  const looks = [
    ...list.map((account) => async () => await lookAt(account, deps, known)),
    ...removed.map(
      ([id]) =>
        async () =>
          await close(id, REMOVED, deps, known),
    ),
  ];
  for (const look of looks) {
    if (isClosed()) return true;
    const done = await look();
    // Whoever ends us ends the line to the forge, too.
    if (!done.ok && !isClosed()) deps.onProblem(done.error);
    if (!done.ok) isDone = false;
  }
  return isDone && opened.size === 0;
}

async function close(
  id: ModelAccountId,
  why: string,
  { desk }: Pick<SessionIssuesDeps, 'desk'>,
  { opened }: Known,
): Promise<Result<unknown, string>> {
  const mine = opened.get(id);
  if (!mine) return DONE;
  const turned = await desk.turn(mine.repo, mine.number, 'closed', why);
  if (turned.ok) opened.delete(id);
  return turned;
}

async function lookAt(
  account: ModelAccount,
  deps: SessionIssuesDeps,
  known: Known,
): Promise<Result<unknown, string>> {
  const { sessions, desk } = deps;
  const { id } = account;
  const { state } = sessions.of(id);
  if (state === 'good') {
    await lookUp(id, deps, known);
    return await close(id, WELL, deps, known);
  }
  if (state !== 'signed_out') return DONE;
  const mine = known.opened.get(id);
  if (!mine) return await openFor(account, deps, known);
  const isOpen = await desk.isOpen(mine.repo, mine.number);
  if (!isOpen.ok || isOpen.value) return isOpen;
  const now = await sessions.check(id);
  if (now.state === 'good') {
    known.opened.delete(id);
    return DONE;
  }
  const why = `It was checked again, and is still refused. ${now.message ?? ''}`.trim();
  return await desk.turn(mine.repo, mine.number, 'open', why);
}

/** An account that was put right while nobody looked has its issue still. Where a forge says no, it is left to people. */
async function lookUp(
  id: ModelAccountId,
  { desk, repo: repoOf, workshop }: SessionIssuesDeps,
  { opened, lookedUp }: Known,
): Promise<void> {
  const repo = repoOf();
  if (repo === null || opened.has(id) || lookedUp.has(id)) return;
  lookedUp.add(id);
  const found = await desk.find(repo, markOf(workshop, id));
  if (found.ok && found.value !== null) opened.set(id, { repo, number: found.value });
}

async function openFor(
  account: ModelAccount,
  { sessions, desk, repo: repoOf, workshop }: SessionIssuesDeps,
  { opened }: Known,
): Promise<Result<unknown, string>> {
  const repo = repoOf();
  if (repo === null) return DONE;
  const { id, name, baseUrl } = account;
  const mark = markOf(workshop, id);
  const found = await desk.find(repo, mark);
  if (!found.ok) return found;
  const { message } = sessions.of(id);
  const body = [
    `The model account “${name}” at ${baseUrl} is signed out: three checks in a row were refused.`,
    ...(message === null ? [] : [`> ${message}`]),
    `Sign in again in Koubou (Settings, Accounts, or \`koubou accounts sign-in ${id}\`): work that waits goes on by itself, and this issue is closed. If the account was put right at the provider instead, close this issue: it is checked then.`,
    mark,
  ].join('\n\n');
  const title = `Model account “${name}” is signed out`;
  const made = found.value === null ? await desk.open(repo, { title, body }) : found;
  if (made.ok && made.value !== null) opened.set(id, { repo, number: made.value });
  return made;
}

function markOf(workshop: string, id: ModelAccountId): string {
  return `<!-- koubou:${workshop}:session:${id} -->`;
}

const DONE = { ok: true, value: null } as const;
const REMOVED = 'The account was removed from the workshop.';
const WELL = 'The account is signed in again; what waited for it goes on.';
