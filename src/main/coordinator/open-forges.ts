/** The forges, put together: any git repository, and GitHub, whose accounts git uses as well. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import type { AttemptId } from '../../shared/ids.ts';
import type { Conditions } from './conditions.ts';
import { withCredentials } from './forge/credentials.ts';
import { createForges } from './forge/forges.ts';
import { createGit, type Git } from './forge/git.ts';
import { placeOf } from './forge/github/api/hosts.ts';
import { issuesAt } from './forge/github/github-issues.ts';
import { openGitHub, type GitHub } from './forge/github/github-forge.ts';
import { lastWords } from './forge/github/pulls/last-words.ts';
import { openPulls, type Pulls } from './forge/github/pulls/pulls.ts';
import { openLocalForge, type LocalForge } from './forge/local/local-forge.ts';
import { repoKeyOf } from './forge/repo-key.ts';
import type { Journal } from './journal/port.ts';
import type { Keychain } from './secrets/secret-keeper.ts';
import type { Gate } from './sites/gate.ts';
import type { WorkshopSettings } from './settings/settings.ts';

export interface ForgesDeps {
  readonly dataDir: string;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder, for `~` in paths. */
  readonly home: string;
  readonly keychain: Keychain | null;
  readonly clock: Clock;
  readonly log: Logger;
  readonly settings: WorkshopSettings;
  readonly conditions: Conditions;
  /** Asked before anything is done at a forge for a task that several coordinators know. */
  readonly gate: Gate;
  readonly journal: Journal;
  /** Of the data folder; only a hash of it leaves this PC, to tell one workshop's marks at GitHub from another's. */
  readonly secret: string;
  /** The file that an attempt's transcript is recorded in. */
  readonly transcriptOf: (id: AttemptId) => string;
}

export interface Forges {
  /** Of all repositories; closing it ends what is under way at GitHub, too. */
  readonly forge: LocalForge;
  readonly github: GitHub;
  readonly pulls: Pulls;
}

export function openForges({ settings, conditions, ...deps }: ForgesDeps): Forges {
  const github = openGitHub({
    ...deps,
    settings: () => settings.current().github,
    tell(trouble) {
      if (trouble === null) conditions.clear('github_sign_in');
      else conditions.set('github_sign_in', trouble);
    },
  });
  const local = openLocalForge({
    ...deps,
    dir: path.join(deps.dataDir, 'repos'),
    onNames: (trouble) => showNames(conditions, trouble),
    mayWrite: deps.gate.stillMay,
    credentials: github.accounts,
  });
  const pulls = openPulls(
    {
      ...deps,
      mayAct: deps.gate.mayAct,
      stillMay: deps.gate.stillMay,
      ...github,
      git: until(github.signal, withCredentials(createGit(deps), github.accounts)),
      mirrorOf: (url) => local.mirrorPath(repoKeyOf(url)),
      settings: () => settings.current().github,
      workshop: createHash('sha256').update(`workshop ${deps.secret}`).digest('hex').slice(0, 12),
      lastWords: async (id) => await lastWords(deps.transcriptOf(id)),
    },
    setImmediate,
  );
  return { forge: together(local, github, pulls, deps.gate), github, pulls };
}

function together(local: LocalForge, { accounts }: GitHub, pulls: Pulls, gate: Gate): LocalForge {
  const forge = createForges(local, {
    knows: ({ url }) => accounts.isSignedIn(placeOf(url)?.host ?? ''),
    issues: async (origins) => await issuesAt(origins, accounts),
    handles: (url) => pulls.handles(url),
    merge: (task) => Promise.resolve(pulls.merge(task)),
  });
  return {
    ...forge,
    // What another coordinator leads by now is that one's to merge.
    async merge(task, now) {
      while (await gate.mayAct(task.id)) {
        const answer = await forge.merge(task, now);
        // We stood still on the way to it: nothing was written.
        if (answer.state !== 'waiting' || gate.stillMay(task.id)) return answer;
      }
      return { state: 'waiting' };
    },
    async close() {
      await pulls.close();
      await local.close();
    },
  };
}

/** The same git, whose runs end with the signal. */
function until(signal: AbortSignal, git: Git): Git {
  return { ...git, run: async (args, options) => await git.run(args, { signal, ...options }) };
}

function showNames(conditions: Conditions, trouble: string | null): void {
  if (trouble === null) return conditions.clear('name_resolution');
  const message = `names of other machines cannot be looked up. Check the network and the name servers of this PC; what waits for it goes on by itself (git: ${trouble})`;
  conditions.set('name_resolution', message);
}
