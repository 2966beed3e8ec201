/**
 * The home: the one folder that an agent has on its host, and where everything lies in it.
 *
 *   versions/<build>/koubou      the executable of a build
 *   versions/<build>/valid.json  written last: what the executable must be
 *   versions/<build>.partial/    while a build is uploaded or downloaded
 *   current                      link to the build that runs after a restart
 *   next.json                    the build that the agent left its place to
 *   refused.json                 builds that failed here, and why
 *   config.json, identity/, api-token, state/ (what the agent works with), manifest.json (all that was made on
 *   the host), lock/, log/, native/
 */
import { homedir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';

export const Scope = z.enum(['user', 'system']);
/** `user`: a service of the user who installs it. `system`: one of the whole machine, with a user of its own. */
export type Scope = z.infer<typeof Scope>;

/** A content id as `koubou version --json` prints it; part of paths, so nothing else is let in. */
export const BuildId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'this is not a build');

export interface Home {
  readonly dir: string;
  readonly versions: string;
  readonly current: string;
  readonly config: string;
  readonly identity: string;
  readonly state: string;
  readonly manifest: string;
  readonly refused: string;
  readonly next: string;
  readonly lock: string;
  readonly log: string;
  readonly native: string;
  readonly apiToken: string;
  /** Started by cron. */
  readonly watch: string;
}

/** A folder whose name every service manager takes. */
export const HomeFolder = z
  .string()
  .max(1_024)
  .refine(
    (text) => path.isAbsolute(text) && path.normalize(text) === text && path.dirname(text) !== text,
    'must be an absolute path',
  )
  .refine(
    (text) => !(process.platform === 'win32' ? /["\p{Cc}]/u : /["'`$\\\p{Cc}]/u).test(text),
    'must not have quotes, dollar signs or control characters in its name',
  );

/** Pure. @param dir absolute */
export function homeAt(dir: string): Home {
  const at = (name: string): string => path.join(dir, name);
  return {
    dir,
    versions: at('versions'),
    current: at('current'),
    config: at('config.json'),
    identity: at('identity'),
    state: at('state'),
    manifest: at('manifest.json'),
    refused: at('refused.json'),
    next: at('next.json'),
    lock: at('lock'),
    log: at('log'),
    native: at('native'),
    apiToken: at('api-token'),
    watch: at('watch.sh'),
  };
}

export interface BuildPlace {
  readonly dir: string;
  readonly executable: string;
  readonly valid: string;
  /** Where it is put together before it gets its name. */
  readonly partial: string;
}

export function buildPlace(home: Home, build: string): BuildPlace {
  const dir = path.join(home.versions, BuildId.parse(build));
  return {
    dir,
    executable: path.join(dir, EXECUTABLE),
    valid: path.join(dir, 'valid.json'),
    partial: `${dir}.partial`,
  };
}

export const EXECUTABLE = process.platform === 'win32' ? 'koubou.exe' : 'koubou';

/** Where an agent is installed when nobody says otherwise. */
export function defaultHome(
  scope: Scope,
  platform: string = process.platform,
  env: Readonly<Record<string, string | undefined>> = {},
): string {
  if (platform === 'win32') {
    const base = scope === 'system' ? env['ProgramData'] : env['LOCALAPPDATA'];
    const usual = scope === 'system' ? 'C:\\ProgramData' : path.join(homedir(), 'AppData', 'Local');
    return path.join(base ?? usual, 'koubou-agent');
  }
  return scope === 'system'
    ? '/opt/koubou-agent'
    : path.join(homedir(), '.local', 'share', 'koubou-agent');
}
