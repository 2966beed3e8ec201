/**
 * Follows what is at GitHub, as long as somebody is signed in: knows which issue, pull request or repository is a matter of
 * which task, and has each looked at when something tells of it, or when its time has come.
 */
import type { Origin } from '../../../../../shared/domain/origin.ts';
import type { StoredEvent } from '../../../../../shared/domain/event.ts';
import { isEnd, isHeld } from '../../../../../shared/domain/task.ts';
import type { TaskId } from '../../../../../shared/ids.ts';
import { placeOf } from '../api/hosts.ts';
import { createWorker, type Worker } from '../pulls/worker.ts';
import { createBlockerLooks } from './blocker-looks.ts';
import type { SyncDeps } from './deps.ts';
import { openDirty, type Dirty } from './dirty.ts';
import type { Fact } from './event.ts';
import { createImports } from './imports.ts';
import { issueKeyOf, originOf, repoKeyOf, repoOfIssue } from './keys.ts';
import { openMoves, type Moves } from './moves.ts';
import { createPoll, type Poll } from './poll.ts';
import { reconcile } from './reconcile.ts';
import { lookByRule } from './rule-looks.ts';
import { nameOfRule, placeOfRule, repoRules } from './rules.ts';
import { createSearches } from './search.ts';
import { openTroubles } from './troubles.ts';
import { watchTasks, type Watched } from './watched.ts';

export interface Following {
  /** A webhook told of a repository. @returns false when nothing here has to do with it */
  told(repo: string, facts: readonly Fact[]): boolean;
  /** Looks at everything again: somebody signed in, or the rules changed. */
  again(): void;
  idle(): Promise<void>;
  close(): Promise<void>;
}

const GAP_MS = 1_000;
const PULL_GAP_MS = 2_000;
const AT_ONCE = 10;
const AGAIN_MS = 60_000;
/** The turn that looks at the settings. */
const RULES = '';

export function openFollowing(deps: SyncDeps): Following {
  return new Follow(deps);
}

class Follow implements Following {
  readonly #deps: SyncDeps;
  readonly #dirty: Dirty;
  readonly #moves: Moves;
  readonly #watched: Watched;
  readonly #poll: Poll;
  readonly #watching = new Set<string>();
  readonly #asking = new Set<string>();
  /** Their issues changed while an attempt holds them. */
  readonly #parked = new Map<TaskId, Origin>();
  readonly #issues: Worker<string>;
  readonly #polls: Worker<string>;
  readonly #rules: Worker<string>;
  readonly #pulls: Worker<TaskId>;
  readonly #blockers: ReturnType<typeof createBlockerLooks>;
  readonly #end: () => void;
  #isClosing = false;

  constructor(deps: SyncDeps) {
    this.#deps = deps;
    const { journal, cache, clock, accounts } = deps;
    this.#dirty = openDirty(cache);
    this.#moves = openMoves(cache);
    this.#watched = watchTasks(journal);
    const troubles = openTroubles(deps.tell);
    const host = (): string => deps.settings().host;
    const searches = createSearches({ accounts, host, seen: (url) => this.#meant(url) });
    const imports = createImports({ ...deps, searches });
    this.#poll = createPoll({
      ...{ ...deps, troubles, moves: this.#moves },
      isWatched: (repo) => this.#isWatched(repo),
      seen: (url) => void this.#note(url),
      begun: (repo) => this.#noteAll(repo),
    });
    this.#blockers = createBlockerLooks({ ...deps, isWatched: (repo) => this.#isWatched(repo) });
    this.#issues = this.#worker(GAP_MS, (name) =>
      reconcile(name, {
        ...{ ...deps, imports, troubles, dirty: this.#dirty, moves: this.#moves },
        park: (id, origin) => this.#parked.set(id, origin),
        isClosing: () => this.#isClosing,
      }),
    );
    this.#polls = this.#worker(GAP_MS, async (repo) => {
      const next = await this.#poll.look(repo);
      if (next === null) this.#watching.delete(repo);
      return next;
    });
    const looks = { ...deps, searches, troubles, now: () => clock.now() };
    this.#rules = this.#worker(GAP_MS, async (name) => {
      if (name === RULES) return this.#wakeRules();
      const next = await lookByRule(name, { ...looks, seen: (url) => this.#meant(url) });
      if (next === null) this.#asking.delete(name);
      return next;
    });
    this.#pulls = this.#worker(PULL_GAP_MS, async (id) => {
      await deps.follow([id]);
      return null;
    });
    this.#end = journal.subscribe((events) => this.#follow(events));
    this.again();
  }

  told(repo: string, facts: readonly Fact[]): boolean {
    if (!this.#isSignedIn(repo)) return false;
    const known = this.#moves.known(repo);
    this.#poll.heard(known);
    // In turn, all of them: each may be a matter of a task of its own.
    return facts.map((fact) => this.#take(fact)).includes(true);
  }

  again(): void {
    for (const id of this.#watched.all()) {
      this.#watchReposOf(id);
      const origin = this.#deps.journal.task(id)?.origin;
      if (origin) this.#mark(origin);
    }
    this.#dirty.hurry();
    for (const host of this.#dirty.hosts()) this.#issues.wake(host);
    this.#asking.clear();
    this.#rules.wake(RULES);
    this.#blockers.wake([]);
  }

  async idle(): Promise<void> {
    // What one of them finds is work for another.
    for (let round = 0; round < 3; round += 1)
      for (const worker of this.#workers()) await worker.idle();
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#end();
    await Promise.all(this.#workers().map(async (worker) => await worker.close()));
  }

  #workers(): { idle(): Promise<void>; close(): Promise<void> }[] {
    return [this.#rules, this.#polls, this.#blockers, this.#issues, this.#pulls];
  }

  #worker<K>(gapMs: number, run: (key: K) => Promise<number | null>): Worker<K> {
    const { clock, log } = this.#deps;
    return createWorker<K>({
      ...{ clock, run, gapMs, atOnce: AT_ONCE, againMs: AGAIN_MS },
      onError: (err, key) => log.error({ err, key }, 'something at GitHub could not be followed'),
    });
  }

  #follow(events: readonly StoredEvent[]): void {
    const created = new Set(
      events.flatMap(({ event }) => (event.type === 'task.created' ? [event.taskId] : [])),
    );
    for (const id of this.#watched.follow(events)) {
      const task = this.#deps.journal.task(id);
      if (!task) continue;
      this.#watchReposOf(id);
      // It may have changed between the look of whoever made the task, and now.
      if (created.has(id) && task.origin) this.#mark(task.origin);
      if (task.blockers.length > 0 && created.has(id)) this.#blockers.wake([]);
      const parked = this.#parked.get(id);
      if (!parked || isHeld(task.state)) continue;
      this.#parked.delete(id);
      if (!isEnd(task.state)) this.#mark(parked);
    }
  }

  #take(fact: Fact): boolean {
    if ('url' in fact) return this.#note(fact.url);
    const repo = this.#moves.known(fact.repo);
    if (fact.kind === 'commit') return this.#wakePulls(this.#watched.ofCommit(repo, fact.commit));
    if (fact.was !== null) this.#moves.learn(this.#moves.known(fact.was), fact.repo);
    return this.#noteAll(this.#moves.known(fact.repo));
  }

  /** @returns false when it is no matter of ours */
  #note(url: string): boolean {
    const now = issueKeyOf(url);
    if (now === null) return false;
    const key = this.#moves.known(now);
    const isPull = this.#wakePulls(this.#watched.ofPull(key));
    const isAwaited = this.#watched.waitingFor(key).length > 0;
    if (isAwaited) this.#blockers.wake([key]);
    const tasks = this.#watched.ofIssue(key);
    for (const id of tasks) {
      const origin = this.#deps.journal.task(id)?.origin;
      if (origin) this.#mark(origin);
    }
    if (tasks.length > 0) return true;
    const origin = originOf(url);
    if (!origin || isPull) return isPull || isAwaited;
    const isOurs =
      this.#ruleRepos().has(repoOfIssue(key)) || this.#deps.journal.tasksOf(origin.url).length > 0;
    if (isOurs) this.#mark(origin);
    return isOurs || isAwaited;
  }

  /** An issue that a rule found. */
  #meant(url: string): void {
    const origin = originOf(url);
    if (!this.#note(url) && origin) this.#mark(origin);
  }

  #noteAll(repo: string): boolean {
    const ids = this.#watched.ofRepo(repo);
    for (const id of ids) {
      const origin = this.#deps.journal.task(id)?.origin;
      if (origin) this.#mark(origin);
    }
    this.#wakePulls(ids);
    return ids.length > 0 || this.#ruleRepos().has(repo);
  }

  #wakePulls(ids: readonly TaskId[]): boolean {
    for (const id of ids) if (this.#deps.journal.task(id)?.pull) this.#pulls.wake(id);
    return ids.length > 0;
  }

  #mark(origin: Origin): void {
    const host = placeOf(origin.url)?.host;
    if (host === undefined || !this.#deps.accounts.isSignedIn(host)) return;
    this.#dirty.add(origin);
    this.#issues.wake(host);
  }

  #watchReposOf(id: TaskId): void {
    for (const repo of this.#watched.reposOf(id)) this.#watch(repo);
  }

  #watch(repo: string): void {
    if (this.#watching.has(repo) || !this.#isSignedIn(repo)) return;
    this.#watching.add(repo);
    this.#polls.wake(repo);
  }

  #wakeRules(): number {
    const { rules, pollSeconds } = this.#deps.settings();
    for (const name of rules.map(nameOfRule)) {
      // Those that wait for a time, or failed, know themselves when to go on.
      if (!this.#asking.has(name)) this.#rules.wake(name);
      this.#asking.add(name);
    }
    for (const repo of this.#ruleRepos()) this.#watch(repo);
    return pollSeconds * 1_000;
  }

  #ruleRepos(): ReadonlySet<string> {
    const { rules, host } = this.#deps.settings();
    return new Set(
      repoRules(rules).flatMap((rule) => {
        const place = placeOfRule(rule, host);
        return place ? [repoKeyOf(place)] : [];
      }),
    );
  }

  #isWatched(repo: string): boolean {
    const isOurs = this.#watched.ofRepo(repo).length > 0 || this.#ruleRepos().has(repo);
    return isOurs && this.#isSignedIn(repo);
  }

  #isSignedIn(repo: string): boolean {
    return this.#deps.accounts.isSignedIn(repo.split('/', 1)[0] ?? '');
  }
}
