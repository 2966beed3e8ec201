/** How this coordinator signs in to hosts: with the user's own ssh configuration, keys and agent, and a file of keys it accepted. */
import { access } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import type { Clock } from '../../../shared/clock.ts';
import type { Ask, RunMemory } from './ssh/ask.ts';
import type { SshConnection } from './ssh/connection.ts';
import { openKnownHosts, type KnownHosts } from './ssh/known-hosts-files.ts';
import { resolveTarget, type Route } from './ssh/route.ts';
import { sshRunner } from './ssh/run-ssh.ts';
import type { SystemSsh } from './ssh/system-ssh.ts';
import { parseTarget } from './ssh/target.ts';

export interface SshAccess {
  /** @throws SshError when the target or the configuration cannot be read */
  route(target: string): Promise<Route>;
  /** @throws SshError */
  open(
    route: Route,
    how: {
      readonly ask: Ask;
      readonly memory: RunMemory;
      readonly signal: AbortSignal;
      readonly log: (line: string) => void;
      readonly known?: KnownHosts;
    },
  ): Promise<SshConnection>;
  readonly known: KnownHosts;
}

export interface SshAccessDeps {
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  readonly home: string;
  readonly clock: Clock;
}

export function createSshAccess({ dataDir, env, home, clock }: SshAccessDeps): SshAccess {
  const known = openKnownHosts(path.join(dataDir, 'known_hosts'));
  // Another configuration than the user's, for tests and for a service.
  const config = env['KOUBOU_SSH_CONFIG'];
  const runSsh = sshRunner('ssh', config === undefined ? [] : ['-F', config]);
  const surroundings = {
    home,
    user: userInfo().username,
    agent: env['SSH_AUTH_SOCK'] ?? null,
    env,
  };
  const system = systemSsh(home, config);
  return {
    known,
    route: async (target) => await resolveTarget(parseTarget(target), { runSsh, surroundings }),
    async open(route, how) {
      // ssh2 is large, and most days no host is signed in to.
      const { openConnection } = await import('./ssh/open.ts');
      return await openConnection(route, { known, clock, ...how, system: await system() });
    },
  };
}

/** ssh on Windows cannot share one connection. */
function systemSsh(home: string, config: string | undefined): () => Promise<SystemSsh | null> {
  const usual = [path.join(home, '.ssh', 'config'), '/etc/ssh/ssh_config'];
  return async () => {
    if (process.platform === 'win32') return null;
    const wanted = config === undefined ? usual : [config];
    const there = await Promise.all(
      wanted.map(
        async (file) =>
          await access(file).then(
            () => [file],
            () => [],
          ),
      ),
    );
    return { program: 'ssh', configFiles: there.flat() };
  };
}
