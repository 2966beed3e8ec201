/** What people may set of how changes go back to GitHub: the part of `github.*` that is about pull requests and issues. */
import type { Settings } from '../../../../../shared/settings.ts';

export type PullSettings = Pick<
  Settings['github'],
  'pulls' | 'merge' | 'mergeMethod' | 'labels' | 'comments'
>;
export type MergeMethod = PullSettings['mergeMethod'];

/** In the order in which they are taken where the one that is wished is not allowed. */
export const MERGE_METHODS: readonly MergeMethod[] = ['squash', 'merge', 'rebase'];
