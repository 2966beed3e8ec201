/** A pull request in one sign: its shape and colour say whether it is open, a draft, merged or closed. */
import {
  IconGitMerge,
  IconGitPullRequest,
  IconGitPullRequestClosed,
  IconGitPullRequestDraft,
} from '@tabler/icons-react';
import type { PullState } from './pull-state.ts';

const ICONS = {
  open: IconGitPullRequest,
  draft: IconGitPullRequestDraft,
  merged: IconGitMerge,
  closed: IconGitPullRequestClosed,
} as const;

export function PullIcon({ state, size }: { readonly state: PullState; readonly size: number }) {
  const Icon = ICONS[state];
  return <Icon className="pull-icon" data-pull={state} size={size} aria-hidden="true" />;
}
