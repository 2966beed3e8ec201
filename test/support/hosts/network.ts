/**
 * The namespaces all hosts of a run live in: a network with a bridge, on which we are the coordinator's PC, a process tree
 * and mounts. The kernel takes all of it away when this process ends, however it ends.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { promisify } from 'node:util';
import { childrenOf } from './processes.ts';

export interface Network {
  /** The first process of the namespaces, as seen from here. */
  readonly pid: number;
  /** Where hosts find the coordinator's PC. */
  readonly address: string;
  /** `program` as it has to be started to run on the coordinator's PC. It sees our files, and dies with us. */
  onCoordinator(program: readonly string[]): string[];
  /** `program` as it has to be started to run there. */
  among(program: readonly string[]): string[];
  /** Runs a tool among the hosts' mounts, networks and processes. Throws when it fails. */
  run(program: readonly string[], input?: string): Promise<string>;
  /** `file` as the hosts' side sees it, from here. */
  seen(file: string): string;
  close(): Promise<void>;
}

const COORDINATOR = '10.77.0.1';

export async function openNetwork(): Promise<Network> {
  const script = path.join(import.meta.dirname, 'network.sh');
  const flags = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const child = spawn('unshare', [...flags, 'sh', script, COORDINATOR], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), ended]);
  const pid = childrenOf(child.pid ?? 0)[0];
  if (pid === undefined || child.exitCode !== null) {
    child.stdin.end();
    throw new Error(`the network of the test hosts could not be made: ${said}`);
  }
  const among = (program: readonly string[]): string[] => [
    ...enter(pid, ['mount', 'net', 'pid']),
    ...program,
  ];
  return {
    pid,
    address: COORDINATOR,
    onCoordinator: (program) => [...enter(pid, ['net']), ...DIE_WITH_US, ...program],
    among,
    run: (program, input) => runTool(among(program), input),
    seen: (file) => path.join(`/proc/${pid}/root`, file),
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}

const DIE_WITH_US = ['setpriv', '--pdeathsig', 'KILL'];

function enter(pid: number, kinds: readonly ('mount' | 'net' | 'pid')[]): string[] {
  const file = { mount: 'mnt', net: 'net', pid: 'pid' };
  return ['nsenter', ...kinds.map((kind) => `--${kind}=/proc/${pid}/ns/${file[kind]}`)];
}

const execFileAsync = promisify(execFile);

/** Runs `argv` with `input` on its standard input. Throws with what it wrote when it fails. */
export async function runTool(argv: readonly string[], input = ''): Promise<string> {
  const [command = '', ...args] = argv;
  const running = execFileAsync(command, args, { maxBuffer: 64 * 1024 * 1024 });
  // A tool that does not read its input is no error of ours.
  running.child.stdin?.on('error', () => undefined).end(input);
  return (await running).stdout;
}
