/** Carries a connection over an ssh process that shares it (ControlMaster): each command is a short ssh of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { messageOf, SshError } from './errors.ts';
import type { Forward, RemoteProcess, Transport } from './transport.ts';

export interface SystemTransportOptions {
  readonly program: string;
  /** Where the master listens. */
  readonly socket: string;
  readonly host: string;
  readonly master: ChildProcess;
  /** Called once when the master is gone. */
  readonly onEnd: () => Promise<void>;
}

export function systemTransport(options: SystemTransportOptions): Transport {
  const { program, socket, host, master } = options;
  let isClosing = false;
  const ended = (async (): Promise<SshError | null> => {
    if (master.exitCode === null && master.signalCode === null) await once(master, 'close');
    await options.onEnd();
    return isClosing ? null : lost(host);
  })();
  // Without a master, ssh would open a connection of its own, past our config: the ProxyCommand forbids it.
  const shared = ['-F', 'none', '-S', socket, '-o', 'ControlMaster=no', '-o', 'ProxyCommand=false'];
  return {
    via: 'system',
    host,
    ended,
    start: (commandLine) => start(program, [...shared, '-T', '--', 'host', commandLine], host),
    send: () => Promise.reject(noSftp(host)),
    forward: (port, to) => forward(program, shared, port, to, host),
    async close() {
      isClosing = true;
      master.kill();
      await ended;
    },
  };
}

async function start(
  program: string,
  args: readonly string[],
  host: string,
): Promise<RemoteProcess> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  // The streams tell the rest: whoever writes to a command that ended sees it there.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  try {
    await once(child, 'spawn');
  } catch (error) {
    const message = `The program ${program} does not start (${messageOf(error)}). Install OpenSSH.`;
    throw new SshError({ code: 'command_refused', host, message, cause: error });
  }
  const { stdin, stdout, stderr } = child;
  return { stdin, stdout, stderr, ended, kill: () => void child.kill() };
}

async function forward(
  program: string,
  shared: readonly string[],
  wanted: number,
  to: { readonly host: string; readonly port: number },
  host: string,
): Promise<Forward> {
  const spec = (port: number): string => `127.0.0.1:${port}:${to.host}:${to.port}`;
  const opened = await control(program, [
    ...shared,
    '-O',
    'forward',
    '-R',
    spec(wanted),
    '--',
    'host',
  ]);
  if (opened.code !== 0) {
    const message = `${host} does not open a port for a reverse tunnel (${opened.stderr.trim().slice(-300)}). Set AllowTcpForwarding to yes in its sshd_config; another program may hold the port.`;
    throw new SshError({ code: 'forward_refused', host, message });
  }
  const port = wanted === 0 ? Number(opened.stdout.trim()) : wanted;
  return {
    port,
    // A master that is gone has closed it already.
    close: async () =>
      void (await control(program, [...shared, '-O', 'cancel', '-R', spec(wanted), '--', 'host'])),
  };
}

async function control(
  program: string,
  args: readonly string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code: child.exitCode ?? 255, stdout, stderr };
}

/** Only Windows needs it. */
function noSftp(host: string): SshError {
  const message = `${host} is reached through the system's ssh, by which Koubou brings no files to Windows. Use a plain key without a ProxyCommand, or run what "koubou agents invite" prints there.`;
  return new SshError({ code: 'upload_failed', host, message });
}

function lost(host: string): SshError {
  const message = `The connection to ${host} was lost. Try again.`;
  return new SshError({ code: 'lost', host, message });
}
