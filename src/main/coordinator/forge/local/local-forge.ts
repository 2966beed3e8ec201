/**
 * The forge `local`: any git repository, on this PC or reachable by git, reviewed and merged in the app. Keeps a bare
 * mirror of each under `repos/`; reads the repositories themselves, and writes to them only in `merge`.
 */
import { mkdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import {
  readRef,
  mirrorPath,
  refreshMirror,
  removeUnfinished,
  serveBase,
  type MirrorDeps,
} from './mirror.ts';
import type { Clock } from '../../../../shared/clock.ts';
import type { Origin } from '../../../../shared/domain/origin.ts';
import type { Change, RepoRef, Task } from '../../../../shared/domain/task.ts';
import type { ItemProblem } from '../../../../shared/import/payload.ts';
import { fail, ok, type Result } from '../../../../shared/result.ts';
import { withCredentials, type Credentials } from '../credentials.ts';
import { createGit, GitError, type Environment, type Git } from '../git.ts';
import type { Forge, MergeAnswer, PreparedRepo, RepoProblem, SurveyQuery } from '../port.ts';
import { repoKeyOf } from '../repo-key.ts';
import type { TaskId } from '../../../../shared/ids.ts';
import { parseAddress, textOf, type Address } from './address.ts';
import { chooseBase } from './base.ts';
import { readDiff } from './diff.ts';
import { readLines, type LinesQuery } from './file-lines.ts';
import { endStrays } from './leftovers.ts';
import { makeMerge, refusedBy, type Identity, type Refused } from './merge.ts';
import { quickBase, quickTip } from './quick-refs.ts';
import { watchNames } from './name-watch.ts';
import { ownProblem } from './problem.ts';
import { findLocal, readRemoteRefs, type RemoteRefs } from './remote-refs.ts';
import { readSurvey } from './survey.ts';
import { dropWork, listWork, workOf } from './work-branches.ts';
import { writeBack } from './write-back.ts';

export interface LocalForgeOptions {
  /** Folder of the mirrors; made when it is not there. */
  readonly dir: string;
  readonly clock: Clock;
  /** The user's environment: git takes HOME, PATH and the ssh agent from it. */
  readonly env: Environment;
  /** The folder that `~` stands for. */
  readonly home: string;
  /** The most that a mirror may hold. */
  readonly maxBytes?: number;
  /** Told when names of other machines cannot be looked up, with what git said; `null` when they can. */
  readonly onNames?: (trouble: string | null) => void;
  /** Asked right before a merge is written: false, and it is not, and `merge` answers `waiting`. Left out, it may always. */
  readonly mayWrite?: (id: TaskId) => boolean;
  /** For repositories of hosts where somebody is signed in; left out, git does with what the user has. */
  readonly credentials?: Credentials;
}

export interface LocalForge extends Forge {
  /** Stops fetches and waits for what is under way. */
  close(): Promise<void>;
}

type Approved = Task & { change: Change };
type MergeResult = MergeAnswer;

const MOST_BYTES = 20 * 2 ** 30;
/** How often a merge is made anew when the base moves under it. */
const TRIES = 3;
const NOT_THERE =
  /bad object|unknown revision|Invalid symmetric|does not exist in|[Nn]ot a valid object/;
const NOBODY: Identity = { name: 'Koubou', email: 'koubou@localhost' };

export function openLocalForge(options: LocalForgeOptions): LocalForge {
  const { dir, clock, env, home, maxBytes = MOST_BYTES, onNames = () => {} } = options;
  const { credentials, mayWrite = () => true } = options;
  mkdirSync(dir, { recursive: true });
  removeUnfinished(dir);
  endStrays(dir);
  const closing = new AbortController();
  const git = watchNames(withCredentials(createGit({ env, clock }), credentials), onNames);
  return new Workbench({ git, dir, maxBytes, signal: closing.signal }, home, closing, mayWrite);
}

interface Fresh {
  readonly mirror: string;
  readonly refs: RemoteRefs;
}

class Workbench implements LocalForge {
  readonly #deps: MirrorDeps;
  readonly #git: Git;
  readonly #home: string;
  readonly #closing: AbortController;
  readonly #mayWrite: (id: TaskId) => boolean;
  /** Fetches under way: whoever needs the same repository meanwhile waits for the same one. */
  readonly #fetches = new Map<string, Promise<Result<Fresh, RepoProblem>>>();
  /** The last merge of each repository: one at a time. */
  readonly #merges = new Map<string, Promise<MergeResult>>();

  constructor(
    deps: MirrorDeps,
    home: string,
    closing: AbortController,
    mayWrite: (id: TaskId) => boolean,
  ) {
    this.#mayWrite = mayWrite;
    this.#deps = deps;
    this.#git = deps.git;
    this.#home = home;
    this.#closing = closing;
  }

  /** No repository has issues of its own: they are where one signs in. */
  issues(origins: readonly Origin[]): ReturnType<Forge['issues']> {
    return Promise.resolve(new Map(origins.map(({ url }) => [url, fail(signInFirst(url))])));
  }

  async inspect(url: string, base: string | null): ReturnType<Forge['inspect']> {
    const parsed = parseAddress(url, this.#home);
    if (!parsed.ok) return parsed;
    const quick = await quickBase(parsed.value, base);
    if (quick) return ok({ url: quick.top, base: quick.base });
    const address = await this.#settle(parsed.value);
    if (!address.ok) return address;
    const refs = await readRemoteRefs(this.#git, address.value, this.#closing.signal);
    if (!refs.ok) return refs;
    const name = textOf(address.value);
    const chosen = chooseBase(refs.value, base, name);
    return chosen.ok ? ok({ url: name, base: chosen.value.base }) : chosen;
  }

  async prepare(repo: RepoRef): ReturnType<Forge['prepare']> {
    const ready = await this.#isReady(repo);
    if (ready) return ok(ready);
    const fresh = await this.#refresh(repo.url);
    if (!fresh.ok) return fresh;
    const { mirror, refs } = fresh.value;
    const chosen = chooseBase(refs, repo.base, repo.url);
    if (!chosen.ok) return chosen;
    const { base } = chosen.value;
    try {
      const baseCommit = await serveBase(mirror, base, this.#git);
      if (baseCommit === undefined) {
        const message = `${base} of ${repo.url} went away while it was read. Try again`;
        return fail({ code: 'branch_not_found', message });
      }
      return ok({ key: repoKeyOf(repo.url), base, baseCommit });
    } catch (error) {
      return fail(ownProblem(error, repo.url));
    }
  }

  async survey(repo: RepoRef, query: SurveyQuery): ReturnType<Forge['survey']> {
    const ready = await this.prepare(repo);
    if (!ready.ok) return ready;
    const mirror = this.mirrorPath(ready.value.key);
    const gone = `the mirror of ${repo.url} went away while it was read. Try again`;
    if (mirror === undefined) return fail({ code: 'repo_not_found', message: gone });
    const from = { git: this.#git, signal: this.#closing.signal };
    try {
      return ok(await readSurvey(mirror, ready.value.baseCommit, query, from));
    } catch (error) {
      return fail(ownProblem(error, repo.url));
    }
  }

  mirrorPath(key: string): string | undefined {
    return mirrorPath(this.#deps.dir, key);
  }

  async pushedCommit(key: string, branch: string): Promise<string | undefined> {
    const mirror = this.mirrorPath(key);
    return mirror === undefined
      ? undefined
      : await readRef(mirror, `refs/heads/${branch}`, this.#git);
  }

  async hasCommit(key: string, commit: string): Promise<boolean> {
    const mirror = this.mirrorPath(key);
    if (mirror === undefined || !/^[0-9a-f]{40,64}$/.test(commit)) return false;
    return (await readRef(mirror, commit, this.#git)) === commit;
  }

  async keptWork(): ReturnType<Forge['keptWork']> {
    const names = (await readdir(this.#deps.dir)).filter((name) => name.endsWith('.git'));
    const kept = [];
    for (const key of names.map((name) => name.slice(0, -'.git'.length))) {
      const mirror = this.mirrorPath(key);
      const attempts = mirror === undefined ? [] : await listWork(mirror, this.#git);
      kept.push(...attempts.map((attemptId) => ({ key, attemptId })));
    }
    return kept;
  }

  async dropWork(key: string, taskId: TaskId): Promise<void> {
    const mirror = this.mirrorPath(key);
    if (mirror === undefined) return;
    await dropWork(mirror, await workOf(mirror, taskId), this.#git);
  }

  async diff(task: Approved): ReturnType<Forge['diff']> {
    const { branch, base, baseCommit, commit, tests } = task.change;
    return await this.#ofMirror(task, async (mirror) => {
      const found = await readDiff(mirror, baseCommit, commit, this.#git);
      return { branch, base, commit, tests, ...found };
    });
  }

  async lines(task: Task, place: LinesQuery): ReturnType<Forge['lines']> {
    return await this.#ofMirror(task, (mirror) => readLines(mirror, place, this.#git));
  }

  async merge(task: Approved, now: number): Promise<MergeResult> {
    const { url } = task.repo;
    const before = this.#merges.get(url);
    const merge = (async () => {
      await before?.catch(() => {}); // Told to whoever asked for that one.
      return await this.#mergeNow(task, now);
    })();
    this.#merges.set(url, merge);
    try {
      return await merge;
    } finally {
      if (this.#merges.get(url) === merge) this.#merges.delete(url);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled([...this.#fetches.values(), ...this.#merges.values()]);
  }

  /** What an attempt of the task pushed. */
  async #ofMirror<T>(
    { id, repo }: Task,
    read: (mirror: string) => Promise<T>,
  ): Promise<Result<T, RepoProblem>> {
    const mirror = this.mirrorPath(repoKeyOf(repo.url));
    const gone = `the change of ${id} is not in the coordinator's mirror any more. Retry the task`;
    if (mirror === undefined) return fail({ code: 'repo_not_found', message: gone });
    try {
      return ok(await read(mirror));
    } catch (error) {
      const isGone = error instanceof GitError && NOT_THERE.test(error.stderr);
      if (isGone) return fail({ code: 'branch_not_found', message: gone });
      return fail(ownProblem(error, repo.url));
    }
  }

  /** The repository as it is prepared already, when its base has not moved since. */
  async #isReady({ url, base }: RepoRef): Promise<PreparedRepo | undefined> {
    const key = repoKeyOf(url);
    const mirror = this.mirrorPath(key);
    const address = parseAddress(url, this.#home);
    if (mirror === undefined || !address.ok) return undefined;
    const quick = await quickBase(address.value, base);
    if (!quick) return undefined;
    const [upstream, served] = await Promise.all([
      quickTip(mirror, `refs/upstream/${quick.base}`),
      quickTip(mirror, `refs/heads/${quick.base}`),
    ]);
    const isReady = upstream === quick.commit && served === quick.commit;
    return isReady ? { key, base: quick.base, baseCommit: quick.commit } : undefined;
  }

  /** A local folder as git sees it: the top of its checkout. */
  async #settle(address: Address): Promise<Result<Address, RepoProblem>> {
    if (address.kind === 'remote') return ok(address);
    const found = await findLocal(this.#git, address.path);
    return found.ok ? ok({ kind: 'local', path: found.value }) : found;
  }

  async #refresh(url: string): Promise<Result<Fresh, RepoProblem>> {
    const key = repoKeyOf(url);
    const underWay = this.#fetches.get(key);
    if (underWay) return await underWay;
    const fetch = this.#refreshNow(key, url);
    this.#fetches.set(key, fetch);
    try {
      return await fetch;
    } finally {
      this.#fetches.delete(key);
    }
  }

  async #refreshNow(key: string, url: string): Promise<Result<Fresh, RepoProblem>> {
    const address = parseAddress(url, this.#home);
    if (!address.ok) return address;
    const refs = await readRemoteRefs(this.#git, address.value, this.#closing.signal);
    if (!refs.ok) return refs;
    const mirror = await refreshMirror(key, address.value, refs.value, this.#deps);
    return mirror.ok ? ok({ mirror: mirror.value, refs: refs.value }) : mirror;
  }

  async #mergeNow(task: Approved, at: number): Promise<MergeResult> {
    try {
      for (let attempt = 0; attempt < TRIES; attempt++) {
        const result = await this.#mergeOnce(task, at);
        if (result !== 'moved') return result;
      }
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      return {
        state: 'refused',
        at,
        ...withoutKind(refusedBy(error, `${task.change.branch} could not be merged`)),
      };
    }
    const message = `${task.change.base} of ${task.repo.url} moved each time the merge was made. Approve again`;
    return { state: 'refused', at, code: 'moved', message, files: [] };
  }

  async #mergeOnce(task: Approved, at: number): Promise<MergeResult | 'moved'> {
    const { base } = task.change;
    const address = parseAddress(task.repo.url, this.#home);
    const fresh = address.ok ? await this.#refresh(task.repo.url) : address;
    if (!address.ok || !fresh.ok) {
      const problem = fresh.ok ? undefined : fresh.error;
      return {
        state: 'refused',
        at,
        code: 'unreadable',
        message: problem?.message ?? `${task.repo.url} cannot be read`,
        files: [],
      };
    }
    const { mirror } = fresh.value;
    const tip = await readRef(mirror, `refs/upstream/${base}`, this.#git);
    if (tip === undefined) {
      return {
        state: 'refused',
        at,
        code: 'branch_gone',
        message: `${task.repo.url} has no branch ${base} any more`,
        files: [],
      };
    }
    const author = await this.#identity(address.value, mirror);
    const made = await makeMerge({ mirror, task, tip, author, now: at }, this.#git);
    if (made.kind === 'refused') return { state: 'refused', at, ...withoutKind(made) };
    if (made.kind !== 'already_merged') {
      const order = {
        mirror,
        address: address.value,
        base,
        from: tip,
        to: made.commit,
        taskId: task.id,
        mayWrite: () => this.#mayWrite(task.id),
      };
      const written = await writeBack(order, this.#git);
      if (written.kind === 'moved') return 'moved';
      if (written.kind === 'unsure') return { state: 'waiting' };
      if (written.kind === 'refused') return { state: 'refused', at, ...withoutKind(written) };
    }
    return { state: 'merged', at, commit: made.commit, how: made.kind };
  }

  /** Whoever commits in that repository on this PC. */
  async #identity(address: Address, mirror: string): Promise<Identity> {
    const place = address.kind === 'local' ? { cwd: address.path } : { gitDir: mirror };
    const get = async (name: string): Promise<string> =>
      (await this.#git.run(['config', '--get', name], { ...place, allow: [1] })).out.trim();
    const [name, email] = await Promise.all([get('user.name'), get('user.email')]);
    return name === '' || email === '' ? NOBODY : { name, email };
  }
}

/** What can be said of an issue where nobody is signed in. */
export function signInFirst(url: string): ItemProblem {
  const [, host = 'its forge'] = /^https?:\/\/([^/]+)/.exec(url) ?? [];
  const message = `sign in to ${host} first, to read what the issue says; without that a task has its title and its address`;
  return { code: 'sign_in_first', message };
}

function withoutKind({ code, message, files }: Refused): Omit<Refused, 'kind'> {
  return { code, message, files };
}
