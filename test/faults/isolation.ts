/**
 * Namespaces of our own, where we may have them: processes, mounts and network of a run are seen by nobody else, and the kernel
 * takes all of them away when the run ends, however it ends.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

const INSIDE = 'KOUBOU_FAULTS_INSIDE';

export function isInside(): boolean {
  return process.env[INSIDE] === 'yes';
}

/** Root on Linux with the tools for it. */
export function canIsolate(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  return [FLAGS, ['ip', '-V'], ['nsenter', '-V']].every(([command = '', ...args]) => {
    const probe = command === 'unshare' ? [...args, 'true'] : args;
    return spawnSync(command, probe, { stdio: 'ignore' }).status === 0;
  });
}

const FLAGS = ['unshare', '--mount', '--net', '--pid', '--fork', '--mount-proc', '--kill-child'];

/** Runs this program again, inside; resolves when it ended. */
export async function runInside(args: readonly string[]): Promise<void> {
  const [command = '', ...flags] = FLAGS;
  // The first process of the namespace takes in orphans; a shell that waits buries them, and says nothing of one that was killed.
  const shell = ['sh', '-c', 'exec 3>&2 2>/dev/null; "$@" 2>&3 3>&-; exit', 'sh'];
  const child = spawn(command, [...flags, ...shell, process.execPath, ...args], {
    stdio: 'inherit',
    env: { ...process.env, [INSIDE]: 'yes' },
  });
  const stop = (): boolean => child.kill('SIGKILL');
  process.once('SIGINT', stop).once('SIGTERM', stop);
  await once(child, 'exit');
}
