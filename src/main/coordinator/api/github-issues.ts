/** Picking issues at GitHub over the API: repositories that accounts see, and what GitHub's own search finds. */
import type { GITHUB_ISSUE_OPERATIONS } from '../../../shared/contract-github-issues.ts';
import { OPERATIONS } from '../../../shared/contract.ts';
import { createPicker } from '../forge/github/issues/picker.ts';
import type { WorkshopSettings } from '../settings/settings.ts';
import { answerOf, type GitHubDeps } from './github.ts';
import type { Routes } from './rest.ts';
import { route } from './route.ts';

export interface GitHubIssueDeps extends GitHubDeps {
  readonly settings: Pick<WorkshopSettings, 'current'>;
}

export function githubIssueRoutes({
  github,
  settings,
}: GitHubIssueDeps): Pick<Routes, keyof typeof GITHUB_ISSUE_OPERATIONS> {
  const { accounts } = github;
  const picker = createPicker({ accounts, host: () => settings.current().github.host });
  return {
    'github.repositories': route(OPERATIONS['github.repositories'], async (asked) =>
      answerOf(await picker.repositories(asked)),
    ),
    'github.issues': route(OPERATIONS['github.issues'], async (asked) =>
      answerOf(await picker.issues(asked)),
    ),
  };
}
