/** Opens a route with ssh2, or with the system's ssh where ssh2 cannot go. What the steps of provisioning call. */
import { openSsh, type ConnectOptions } from './connect.ts';
import type { SshConnection } from './connection.ts';
import { SshError } from './errors.ts';
import type { Route } from './route.ts';
import { openSystemSsh, type SystemSsh } from './system-ssh.ts';

export interface OpenOptions extends ConnectOptions {
  /** `null` where there is none, and on Windows, whose ssh cannot share one connection. */
  readonly system: SystemSsh | null;
}

/** @throws SshError that says which hop it is about and what to do */
export async function openConnection(route: Route, options: OpenOptions): Promise<SshConnection> {
  const { system, log } = options;
  if (system !== null && route.hops.some((hop) => hop.systemOnly !== null))
    return await openSystemSsh(route, { ...options, system });
  try {
    return await openSsh(route, options);
  } catch (error) {
    const isBeyondUs =
      error instanceof SshError &&
      (error.code === 'needs_system_ssh' || error.code === 'no_common_algorithm');
    if (!isBeyondUs || system === null) throw error;
    log(`${error.message} Trying the system's ssh.`);
    return await openSystemSsh(route, { ...options, system });
  }
}
