/**
 * The same connection through the system's `ssh`, for what ssh2 cannot do: ProxyCommand, certificates, hardware keys,
 * post-quantum-only servers. One ssh process holds the connection (ControlMaster) and the others share it. It runs
 * in batch mode: passwords and passphrases go through the built-in client only.
 */
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ConnectOptions } from './connect.ts';
import { connectionOver, type SshConnection } from './connection.ts';
import { cancelled, messageOf, SshError, throwIfStopped } from './errors.ts';
import { askPerson, throwIfUntrusted } from './host-key.ts';
import { tooManyTries } from './sign-in.ts';
import type { Hop, Route } from './route.ts';
import { destinationOf, scanHostKey, translateSsh, writeConfig } from './system-ssh-parts.ts';
import { systemTransport } from './system-ssh-transport.ts';
import { addressOf } from './target.ts';

export interface SystemSsh {
  /** Name or path of the program. */
  readonly program: string;
  /** Config files that are read after our own settings, the person's first. */
  readonly configFiles: readonly string[];
}

export interface SystemOptions extends ConnectOptions {
  readonly system: SystemSsh;
}

/** @throws SshError */
export async function openSystemSsh(route: Route, options: SystemOptions): Promise<SshConnection> {
  // Short: the path of a socket may not be longer than about a hundred characters.
  const dir = await mkdtemp(path.join(tmpdir(), 'koubou-ssh-'));
  try {
    const config = await writeConfig(dir, route, options.known.file, options.system.configFiles);
    for (const [index, hop] of route.hops.entries()) {
      throwIfStopped(options.signal, addressOf(hop));
      await trustHop(hop, route.hops.slice(0, index), { ...options, dir, config });
    }
    const last = route.hops.at(-1) ?? route.hops[0];
    if (options.memory.left(last) === 0) throw tooManyTries(last);
    const args = ['-F', config, '-M', '-S', path.join(dir, 's'), '-N', '-T'];
    const master = await startMaster(last, [...args, ...destinationOf(route.hops)], dir, options);
    const transport = systemTransport({
      program: options.system.program,
      socket: path.join(dir, 's'),
      host: addressOf(last),
      master,
      onEnd: () => rm(dir, { recursive: true, force: true }),
    });
    return connectionOver(transport, { route, clock: options.clock });
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    if (error instanceof SshError && error.code === 'auth_failed')
      options.memory.failed(route.hops.at(-1) ?? route.hops[0]);
    throw error;
  }
}

interface TrustOptions extends SystemOptions {
  readonly dir: string;
  readonly config: string;
}

/** A host nobody knows yet is asked for its key alone; a person decides, and only then does ssh sign in. */
async function trustHop(hop: Hop, before: readonly Hop[], options: TrustOptions): Promise<void> {
  const { known, ask, memory, signal, system, dir, config } = options;
  const record = await known.look(hop);
  if (record.kinds.length > 0 || record.authority !== undefined) return;
  // Only ssh itself knows what name a ProxyCommand leads to; it shows the key all the same.
  const found = await scanHostKey({ program: system.program, dir, config, hop, before, signal });
  const verdict = record.judge(found);
  throwIfUntrusted(hop, found, verdict);
  if (verdict.kind === 'known') return;
  await askPerson({ hop, ask, memory, signal }, found);
  await known.accept(hop, found);
}

type Master = ReturnType<typeof spawn>;

/** Resolves when the connection can be shared. */
async function startMaster(
  hop: Hop,
  args: readonly string[],
  dir: string,
  { system, signal, log }: SystemOptions,
): Promise<Master> {
  const master = spawn(system.program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const said: string[] = [];
  master.stderr?.setEncoding('utf8').on('data', (piece: string) => said.push(piece));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stopWatching = new AbortController();
  const look = (): void => {
    access(path.join(dir, 's')).then(resolve, () => undefined);
  };
  watch(dir, { signal: stopWatching.signal }, look).on('error', reject);
  const onAbort = (): void => reject(cancelled(addressOf(hop)));
  signal.addEventListener('abort', onAbort, { once: true });
  master.once('error', (error) => reject(translateSsh(hop, messageOf(error))));
  master.once('close', () => reject(translateSsh(hop, said.join(''))));
  try {
    look();
    await promise;
    log(`The system's ssh holds the connection to ${addressOf(hop)}.`);
    return master;
  } catch (error) {
    master.kill();
    throw error;
  } finally {
    stopWatching.abort();
    signal.removeEventListener('abort', onAbort);
  }
}
