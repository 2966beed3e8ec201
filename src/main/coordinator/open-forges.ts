/** The forges, put together: any git repository, and GitHub, whose accounts git uses as well. */
import path from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import type { Conditions } from './conditions.ts';
import { openGitHub, type GitHub } from './forge/github/github-forge.ts';
import { openLocalForge, type LocalForge } from './forge/local/local-forge.ts';
import type { Keychain } from './secrets/secret-keeper.ts';
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
}

export interface Forges {
  readonly forge: LocalForge;
  readonly github: GitHub;
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
  const forge = openLocalForge({
    ...deps,
    dir: path.join(deps.dataDir, 'repos'),
    onNames: (trouble) => showNames(conditions, trouble),
    credentials: github.accounts,
  });
  return { forge, github };
}

function showNames(conditions: Conditions, trouble: string | null): void {
  if (trouble === null) return conditions.clear('name_resolution');
  const message = `names of other machines cannot be looked up. Check the network and the name servers of this PC; what waits for it goes on by itself (git: ${trouble})`;
  conditions.set('name_resolution', message);
}
