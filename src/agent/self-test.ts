/**
 * The self-test: a tiny real task from one end to the other, to see that this machine can do one. The coordinator says
 * when; what is pushed it looks at itself. Each test has a folder of its own, which goes with it.
 */
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../shared/clock.ts';
import type { SelfTestStep, ToAgent } from '../shared/protocol/agent.ts';
import { SELF_TEST_FILE, SELF_TEST_MS, selfTestUser } from '../shared/self-test.ts';
import type { Environment } from './config.ts';
import { projectEnvironment } from './environment.ts';
import { asError, mebibytes, messageOf } from './failure.ts';
import type { Git } from './git.ts';
import { openProcessTree, type ProcessTree } from './process-tree.ts';
import { runInPty } from './pty.ts';
import { fetchRefs, pushCommit, type Remote } from './remote.ts';
import { plainText } from './terminal.ts';

export type SelfTestOrder = Omit<Extract<ToAgent, { type: 'self_test' }>, 'type'>;

export interface SelfTestDeps {
  /** The agent's folder. */
  readonly dir: string;
  readonly coordinator: string;
  readonly git: Git;
  readonly environment: Environment;
  readonly clock: Clock;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

/** How long one command of it may take, ms. */
const COMMAND_MS = 10_000;
const MOST_MESSAGE = 500;
/** What is written to see that the disk takes it. */
const SAMPLE_BYTES = 4 * 1024 * 1024;

/** Where tests work; what an agent before us left there can go. */
export function selfTestFolder(dir: string): string {
  return path.join(dir, 'self-tests');
}

/** Never throws: what goes wrong is the message of the last step. */
export async function runSelfTest(
  order: SelfTestOrder,
  deps: SelfTestDeps,
): Promise<SelfTestStep[]> {
  const folder = path.join(selfTestFolder(deps.dir), order.id);
  const limit = new AbortController();
  const late = new Error(`the whole test took longer than ${SELF_TEST_MS / 1_000} s`);
  const cancel = deps.clock.after(SELF_TEST_MS, () => limit.abort(late));
  const signal = deps.signal ? AbortSignal.any([deps.signal, limit.signal]) : limit.signal;
  try {
    return await inOrder(stepsOf(order, folder, signal, deps), deps.clock);
  } finally {
    cancel();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Step {
  readonly name: SelfTestStep['name'];
  /** @returns what is worth telling */
  readonly run: () => Promise<string>;
}

async function inOrder(steps: readonly Step[], clock: Clock): Promise<SelfTestStep[]> {
  const done: SelfTestStep[] = [];
  for (const { name, run } of steps) {
    const began = clock.monotonic();
    try {
      const message = await run();
      done.push({ name, ok: true, ms: clock.monotonic() - began, message });
    } catch (error) {
      const message = messageOf(error).slice(-MOST_MESSAGE);
      return [...done, { name, ok: false, ms: clock.monotonic() - began, message }];
    }
  }
  return done;
}

function stepsOf(
  order: SelfTestOrder,
  folder: string,
  signal: AbortSignal,
  deps: SelfTestDeps,
): Step[] {
  const { git, coordinator, environment } = deps;
  const user = selfTestUser(order.id);
  const repo = path.join(folder, 'repo');
  const { repoPath, gitToken, branch } = order;
  const remote: Remote = { coordinator, repoPath, attemptId: user, gitToken, git, signal };
  const run = async (args: readonly string[]): Promise<string> =>
    (await git(args, { cwd: repo, signal, env: IDENTITY })).out.trim();
  const mark = { attemptId: user, dir: deps.dir };
  const shell = async (script: string): Promise<string> =>
    await inTree(mark, folder, deps.clock, async (tree) => {
      const env = projectEnvironment(environment, mark);
      const argv = ['sh', '-c', script, 'sh', SELF_TEST_FILE, order.id];
      return await inTerminal({ argv, cwd: repo, env }, tree, signal, deps.clock);
    });
  return [
    { name: 'disk', run: async () => await writeSample(folder) },
    {
      name: 'fetch',
      async run() {
        await mkdir(repo, { recursive: true });
        await run(['init', '-q', '--initial-branch=main']);
        await fetchRefs(repo, ['+refs/heads/main:refs/remotes/coordinator/main'], remote);
        await run(['checkout', '-q', '--detach', 'refs/remotes/coordinator/main']);
        return `fetched ${(await run(['rev-parse', 'HEAD'])).slice(0, 8)}`;
      },
    },
    // A shell in a terminal, as engines have it.
    {
      name: 'terminal',
      run: async () => await shell('printf "tested %s\\n" "$2" >"$1" && test -t 1 && echo changed'),
    },
    {
      name: 'test',
      run: async () => await shell('test "$(cat "$1")" = "tested $2" && echo passed'),
    },
    {
      name: 'commit',
      async run() {
        await run(['add', '--', SELF_TEST_FILE]);
        await run(['commit', '-q', '-m', 'Try whether this machine can work']);
        return `committed ${(await run(['rev-parse', 'HEAD'])).slice(0, 8)}`;
      },
    },
    {
      name: 'push',
      async run() {
        await pushCommit(repo, await run(['rev-parse', 'HEAD']), branch, remote);
        return `pushed to ${branch}`;
      },
    },
  ];
}

const IDENTITY = {
  GIT_AUTHOR_NAME: 'Koubou',
  GIT_AUTHOR_EMAIL: 'koubou@localhost',
  GIT_COMMITTER_NAME: 'Koubou',
  GIT_COMMITTER_EMAIL: 'koubou@localhost',
};

async function writeSample(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, 'sample');
  const handle = await open(file, 'wx', 0o600);
  const bytes = Buffer.alloc(SAMPLE_BYTES, 'koubou ');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (!bytes.equals(await readFile(file))) throw new Error('what was written is not what is read');
  await rm(file);
  return `${mebibytes(SAMPLE_BYTES)} MB written and read`;
}

async function inTree<T>(
  mark: { attemptId: string; dir: string },
  folder: string,
  clock: Clock,
  work: (tree: ProcessTree) => Promise<T>,
): Promise<T> {
  const tree = await openProcessTree(mark, folder, clock);
  try {
    return await work(tree);
  } finally {
    await tree.close();
  }
}

/** @returns the last line it printed @throws Error with what it printed when it did not end well */
async function inTerminal(
  command: { argv: readonly string[]; cwd: string; env: Record<string, string> },
  tree: ProcessTree,
  signal: AbortSignal,
  clock: Clock,
): Promise<string> {
  let said = '';
  const sink = {
    write(bytes: Buffer) {
      said = (said + bytes.toString('utf8')).slice(-4_096);
      return true;
    },
    drained: async () => {},
  };
  const { ended } = runInPty({ ...command, totalMs: COMMAND_MS }, { sink, signal, clock, tree });
  const end = await ended;
  const text = plainText(said).trim();
  if (end.kind === 'timed_out')
    throw new Error(`a command did not end within ${COMMAND_MS / 1_000} s`);
  if (end.code !== 0) throw asError(`a command ended with exit code ${end.code}: ${text}`);
  return text.split('\n').at(-1)?.trim() ?? '';
}
