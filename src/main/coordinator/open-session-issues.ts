/** Issues about accounts that are signed out, put together: GitHub as the desk, and the settings' repository. */
import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import type { GitHub } from './forge/github/github-forge.ts';
import { sessionDesk } from './forge/github/session-desk.ts';
import type { ModelAccounts } from './gateway/sessions/open-accounts.ts';
import { startSessionIssues } from './gateway/sessions/session-issues.ts';
import type { WorkshopSettings } from './settings/settings.ts';

export interface OpenSessionIssuesDeps {
  readonly models: Pick<ModelAccounts, 'accounts' | 'sessions'>;
  readonly github: Pick<GitHub, 'accounts'>;
  readonly settings: Pick<WorkshopSettings, 'current'>;
  /** Of the data folder; only a hash of it leaves this PC. */
  readonly secret: string;
  readonly clock: Clock;
  readonly log: Logger;
}

export function openSessionIssues({ models, github, settings, ...deps }: OpenSessionIssuesDeps): {
  close(): void;
} {
  const { secret, clock, log } = deps;
  return startSessionIssues({
    ...{ accounts: models.accounts, sessions: models.sessions, clock },
    desk: sessionDesk(github.accounts, () => settings.current().github.host),
    repo: () => settings.current().github.sessionIssues,
    workshop: createHash('sha256').update(`workshop ${secret}`).digest('hex').slice(0, 12),
    onProblem: (why) => log.warn(`an issue about a sign-in waits: ${why}`),
  });
}
