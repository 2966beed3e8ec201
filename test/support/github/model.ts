/**
 * What the GitHub stand-in knows: plain records, as GitHub itself would keep them. Only the files in `acts/` change them,
 * since whoever changes something also has to tell the webhooks.
 */

export interface User {
  id: number;
  login: string;
  type: 'User' | 'Organization' | 'Bot';
}

export type Role = 'none' | 'read' | 'triage' | 'write' | 'admin';

export interface Label {
  id: number;
  name: string;
  color: string;
  description: string | null;
}

export interface Milestone {
  id: number;
  number: number;
  title: string;
  createdAt: number;
}

export interface Comment {
  id: number;
  issue: Issue;
  author: User;
  body: string;
  createdAt: number;
  updatedAt: number;
}

/** An issue, or the half of a pull request that is an issue as well. */
export interface Issue {
  id: number;
  repo: Repo;
  number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  stateReason: 'completed' | 'not_planned' | 'reopened' | null;
  author: User;
  labels: Label[];
  assignees: User[];
  milestone: Milestone | null;
  comments: Comment[];
  /** Issues and pull requests whose text names this one. */
  mentionedBy: { issue: Issue; at: number }[];
  createdAt: number;
  updatedAt: number;
  closedAt: number | null;
  closedBy: User | null;
  pull: Pull | null;
}

export type MergeMethod = 'merge' | 'squash' | 'rebase';

export interface AutoMerge {
  by: User;
  method: MergeMethod;
  title: string | null;
  message: string | null;
  at: number;
}

/** The other half of a pull request; its head is a branch of the same repository. */
export interface Pull {
  id: number;
  headRef: string;
  headCommit: string;
  baseRef: string;
  baseCommit: string;
  isDraft: boolean;
  merged: { at: number; by: User; commit: string } | null;
  reviews: Review[];
  threads: Thread[];
  requested: User[];
  autoMerge: AutoMerge | null;
  queuedAt: number | null;
  /** What git says about head and base, kept for the pair of commits it was asked for. */
  facts: (PullFacts & { for: string }) | null;
}

export interface PullFacts {
  hasConflict: boolean;
  isBehind: boolean;
  commits: number;
  files: { name: string; status: string; additions: number; deletions: number; patch: string }[];
}

export interface Review {
  id: number;
  author: User;
  state: 'PENDING' | 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED';
  body: string;
  commit: string;
  submittedAt: number;
}

/** Line comments that hang together; the first opened the thread. */
export interface Thread {
  id: number;
  path: string;
  line: number | null;
  side: 'LEFT' | 'RIGHT';
  resolvedBy: User | null;
  comments: ReviewComment[];
}

export interface ReviewComment {
  id: number;
  thread: Thread;
  reviewId: number;
  author: User;
  body: string;
  commit: string;
  diffHunk: string;
  createdAt: number;
  updatedAt: number;
}

export type CheckConclusion =
  | 'success'
  | 'failure'
  | 'neutral'
  | 'cancelled'
  | 'skipped'
  | 'timed_out'
  | 'action_required';

export interface CheckRun {
  id: number;
  suiteId: number;
  name: string;
  commit: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: CheckConclusion | null;
  detailsUrl: string | null;
  summary: string | null;
  startedAt: number;
  completedAt: number | null;
}

/** A commit status, the older kind of check. */
export interface Status {
  id: number;
  commit: string;
  context: string;
  state: 'error' | 'failure' | 'pending' | 'success';
  description: string | null;
  targetUrl: string | null;
  creator: User;
  at: number;
}

export interface Protection {
  /** Names of check runs and contexts of statuses. */
  checks: string[];
  /** The head has to contain the base before it may be merged. */
  strict: boolean;
  /** Approvals needed; 0 asks for none. */
  approvals: number;
}

export interface Hook {
  id: number;
  url: string;
  secret: string;
  events: string[];
  isActive: boolean;
  /** Null: of everything on this GitHub, as an App's hook is. */
  repo: Repo | null;
  createdAt: number;
}

export interface Repo {
  id: number;
  owner: User;
  name: string;
  /** The bare repository. */
  dir: string;
  isPrivate: boolean;
  isGone: boolean;
  defaultBranch: string;
  description: string | null;
  /** Full name of a ref to its commit, as git had it when last asked. */
  refs: Map<string, string>;
  issues: Map<number, Issue>;
  lastNumber: number;
  labels: Map<string, Label>;
  milestones: Milestone[];
  /** By login; everybody else who is signed in may write. */
  roles: Map<string, Role>;
  protections: Map<string, Protection>;
  hooks: Hook[];
  checkRuns: CheckRun[];
  statuses: Status[];
  allows: Record<MergeMethod | 'autoMerge', boolean>;
  deletesMergedBranches: boolean;
  hasMergeQueue: boolean;
  createdAt: number;
  updatedAt: number;
  pushedAt: number;
}
