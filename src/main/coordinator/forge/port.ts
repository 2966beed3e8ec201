/** Where issues come from and changes go. Implementations: `local` (any git repository), `github`. */
import type { Diff, FileLines } from '../../../shared/contract-review.ts';
import type { Origin } from '../../../shared/domain/origin.ts';
import type { EngineChoice } from '../../../shared/domain/engine.ts';
import type { IssueSource } from '../../../shared/domain/source.ts';
import type { Change, Merge, Priority, RepoRef, Task } from '../../../shared/domain/task.ts';
import type { Specialty } from '../../../shared/domain/specialty.ts';
import type { FailureCode, RejectionCode } from '../../../shared/errors.ts';
import type { AttemptId, TaskId } from '../../../shared/ids.ts';
import type { ItemProblem } from '../../../shared/import/payload.ts';
import type { Remark } from '../../../shared/import/remark.ts';
import type { Result } from '../../../shared/result.ts';

/** Codes that both a refused request and a failed attempt may carry. */
export type RepoProblemCode = RejectionCode & FailureCode & (`repo_${string}` | 'branch_not_found');

export interface RepoProblem {
  readonly code: RepoProblemCode;
  /** Names the repository, what git said (no secrets), and what to do. */
  readonly message: string;
}

/** A repository as an attempt needs it: mirrored on the coordinator and served under `/git/KEY.git`. */
export interface PreparedRepo {
  readonly key: string;
  readonly base: string;
  readonly baseCommit: string;
}

/** What is looked for among the files of a base. */
export interface SurveyQuery {
  /** Called with the path of every file. */
  readonly isWanted: (path: string) => boolean;
  /** The file whose text is read. */
  readonly file: string;
  /** Reading ends soon after so many. */
  readonly mostBytes: number;
}

export interface Survey {
  readonly commit: string;
  /** Paths that are wanted; of very many the first ones. */
  readonly found: readonly string[];
  /** `null`: there is no such file. */
  readonly text: string | null;
}

/** What an issue or pull request says, and what a task takes from it. */
export interface Issue {
  /** As the forge names it now: a repository may have been renamed since the address was written. */
  readonly origin: Origin;
  readonly kind: 'issue' | 'pull_request';
  readonly title: string;
  /** The text with its comments and what it is linked to, as an engine is to read it; without front matter. */
  readonly body: string;
  readonly labels: readonly string[];
  /** What git clones. */
  readonly repo: string;
  /** What labels and front matter ask for; `null`: nothing. */
  readonly priority: Priority | null;
  readonly engine: EngineChoice | null;
  /** It must not leave its agent for a model. */
  readonly localOnly: boolean;
  readonly specialty: Specialty | null;
  readonly needs: readonly string[];
  /** Issues that it depends on and that are open. */
  readonly blockers: readonly Origin[];
  readonly source: IssueSource;
  /** What of it was not understood or not taken. */
  readonly remarks: readonly Remark[];
}

/** What came of an approval. `waiting`: the forge merges by itself when its rules are met, and is looked at until then. */
export type MergeAnswer =
  | Extract<Merge, { state: 'merged' | 'refused' }>
  | { readonly state: 'waiting' };

export interface Forge {
  /** Reads issues where somebody is signed in, many with one request; fetches from nowhere else. An answer for each, by its address. */
  issues(
    origins: readonly Origin[],
  ): Promise<ReadonlyMap<Origin['url'], Result<Issue, ItemProblem>>>;
  /**
   * Looks at a repository without changing anything: does it exist, may we read it, what is its default
   * branch. `url` comes back normalised (absolute path for a local one).
   */
  inspect(
    url: string,
    base: string | null,
  ): Promise<Result<RepoRef & { base: string }, RepoProblem>>;
  /** Brings the coordinator's mirror up to date. Calls for one repository share one fetch. */
  prepare(repo: RepoRef): Promise<Result<PreparedRepo, RepoProblem>>;
  /** Looks at the files of its base, as the repository has them now; makes the mirror when there is none. */
  survey(repo: RepoRef, query: SurveyQuery): Promise<Result<Survey, RepoProblem>>;
  /** The bare mirror of a repository key, if there is one: what the git gateway serves. */
  mirrorPath(key: string): string | undefined;
  /** The tip of a branch that an agent pushed; `undefined` when there is none. */
  pushedCommit(key: string, branch: string): Promise<string | undefined>;
  /** True when the commit is in the mirror, and can be fetched from it. */
  hasCommit(key: string, commit: string): Promise<boolean>;
  /** Attempts whose work in progress is in a mirror, with the key of that. */
  keptWork(): Promise<{ key: string; attemptId: AttemptId }[]>;
  /** Removes the work in progress of a task's attempts from the mirror; nothing happens when there is none. */
  dropWork(key: string, taskId: TaskId): Promise<void>;
  diff(task: Task & { change: Change }): Promise<Result<Diff, RepoProblem>>;
  /** Lines of a file as a commit has it that an attempt pushed; `from` counts from 1. */
  lines(
    task: Task,
    place: {
      readonly commit: string;
      readonly path: string;
      readonly from: number;
      readonly count: number;
    },
  ): Promise<Result<FileLines, RepoProblem>>;
  /**
   * Merges the change into its base and writes it back to the repository. Idempotent: a change that is in
   * already answers `already_merged`. Never throws for what the repository may answer.
   */
  merge(task: Task & { change: Change }, now: number): Promise<MergeAnswer>;
}
