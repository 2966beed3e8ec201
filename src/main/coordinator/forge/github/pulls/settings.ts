/** What people may set of how changes go back to GitHub; `github.*` of the settings. */
export interface PullSettings {
  /** How pull requests are opened. */
  readonly pulls: 'ready' | 'draft';
  /** `by_hand`: an approval merges. `auto`: GitHub merges as soon as its rules are met, without an approval here. */
  readonly merge: 'by_hand' | 'auto';
  /** Where the repository does not allow it, one that it allows is taken. */
  readonly mergeMethod: MergeMethod;
  /** What labels for the state begin with; empty: none are set. */
  readonly labels: string;
  /** One comment on the issue that says how its task stands. */
  readonly comments: boolean;
}

export const MERGE_METHODS = ['squash', 'merge', 'rebase'] as const;
export type MergeMethod = (typeof MERGE_METHODS)[number];
