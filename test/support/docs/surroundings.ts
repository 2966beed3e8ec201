/**
 * What the commands of the documentation find when they are run: a home folder with a repository at ~/code/shop, a coordinator
 * that runs on the usual data folder with one agent, tasks in every state that somebody may act on, and `koubou` on the PATH.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TaskId } from '../../../src/shared/ids.ts';
import { startMessagesApi } from '../models/messages-api.ts';
import { makeRepo, QUICK_ENGINE } from '../small-repo.ts';
import { NODE, ROOT, startWorkshop, type Workshop } from '../workshop.ts';

export interface Surroundings {
  /** Runs a block as one script, and stops at the first command that fails. */
  run(commands: readonly string[]): Promise<Outcome>;
  /** Ends the coordinator; its data folder stays. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export interface Outcome {
  readonly ok: boolean;
  /** All that was printed, each command first. */
  readonly output: string;
}

const LONGEST_MS = 60_000;
/** Starts the program with what was compiled of it before: many short runs. */
const LAUNCH = path.join(ROOT, 'dist/launch.cjs');

/** Commands that take a task, and in which state it has to be for them. */
const TAKES_REVIEWED = /^(koubou tasks (?:approve|reject|send-back)) (?:task-)?\d+/;
const TAKES_FAILED = /^(koubou tasks retry) (?:task-)?\d+/;
const TAKES_WAITING = /^(koubou tasks (?:update|cancel)) (?:task-)?\d+/;
const TAKES_ANY = /^(koubou tasks \w+) (?:task-)?\d+/;

export async function openSurroundings(commands: readonly string[]): Promise<Surroundings> {
  const home = mkdtempSync(path.join(tmpdir(), 'koubou-docs-'));
  const dataDir = path.join(home, '.local/share/koubou');
  const work = path.join(home, 'work');
  prepareFolders(home, work, dataDir);
  const env = environmentIn(home);
  const provider = await startMessagesApi(() => []);
  const workshop = await startWorkshop({ dir: dataDir, env });
  const repo = path.join(home, 'code/shop');
  await workshop.untilAgent();
  const { id: accountId } = await workshop.call('accounts.add', {
    ...{ provider: 'anthropic', name: 'Team', baseUrl: provider.url, auth: 'api_key' },
    secret: 'sk-of-no-use',
  });
  const pools = await prepareTasks(workshop, repo, commands);
  let runs = true;
  const stop = async (): Promise<void> => {
    if (runs) await workshop.close();
    runs = false;
  };
  return {
    run: async (block) => {
      const own = block.map((command) =>
        pools(command)
          .replaceAll(/acct-\w+/g, accountId)
          .replaceAll('http://127.0.0.1:8080', workshop.url),
      );
      return await runScript(own, work, env);
    },
    stop,
    async close() {
      await stop();
      await provider.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function prepareFolders(home: string, work: string, dataDir: string): void {
  for (const dir of [work, dataDir, path.join(home, 'bin')]) mkdirSync(dir, { recursive: true });
  // The door of this workshop is nobody's but this test's.
  writeFileSync(
    path.join(dataDir, 'config.yaml'),
    'lan: { open: false, host: 127.0.0.1, port: 0 }\nagents: { slots: 8 }\n',
  );
  const files = { 'package.json': '{"name":"shop","version":"1.0.0"}\n', 'notes.txt': 'Shop\n' };
  makeRepo(path.join(home, 'code/shop'), files);
  makeRepo(work, files);
  for (const [name, text] of Object.entries(FILES)) writeFileSync(path.join(work, name), text);
  // `npx` would fetch from the Internet what a task is to run.
  for (const [name, text] of Object.entries({ koubou: shimText(), npx: '#!/bin/sh\n' })) {
    writeFileSync(path.join(home, 'bin', name), text, { mode: 0o755 });
  }
}

/** Files that the documents name. */
const FILES: Readonly<Record<string, string>> = {
  'issue.md': 'A cart of 100 with 10 % off should come to 90.\n',
  'tasks.md': '- [ ] Sort the list of customers\n- [ ] Say the total in the subject\n',
  'agents.json': '[{ "name": "alice", "slots": 3, "speed": 1.2 }, { "name": "bob", "slots": 2 }]\n',
  'release.yaml': [
    'name: Release',
    'repo: .',
    'defaults: { engine: command:true }',
    'steps:',
    '  - { id: notes, title: Write the notes }',
    '  - { id: tag, title: Tag the release, after: notes }',
    '',
  ].join('\n'),
};

function environmentIn(home: string): Record<string, string | undefined> {
  return {
    HOME: home,
    PATH: `${path.join(home, 'bin')}:${process.env['PATH'] ?? ''}`,
    XDG_DATA_HOME: undefined,
    XDG_CACHE_HOME: undefined,
    XDG_CONFIG_HOME: undefined,
    KOUBOU_URL: undefined,
    KOUBOU_TOKEN: undefined,
    GIT_CONFIG_GLOBAL: undefined,
  };
}

/** A coordinator is ended when it has said its first line, a simulation is a short one. */
function shimText(): string {
  return `#!/bin/sh
until_line() {
  pipe=$(mktemp -u); mkfifo "$pipe"
  signal=$1; shift
  "$@" > "$pipe" &
  exec 3< "$pipe"; rm "$pipe"
  read -r line <&3 || exit 1
  echo "$line"
  kill -"$signal" $!; wait $! || true
  exit 0
}
case "$*" in
  serve*) until_line TERM '${NODE}' '${LAUNCH}' "$@" --data "$HOME/serve" --port 0 ;;
  simulate*--log*) ;;
  simulate*) set -- "$@" --tasks 50 ;;
esac
exec '${NODE}' '${LAUNCH}' "$@"
`;
}

/** Makes as many tasks of each kind as the commands take; gives each command one of its own. */
async function prepareTasks(
  workshop: Workshop,
  repo: string,
  commands: readonly string[],
): Promise<(command: string) => string> {
  const count = (pattern: RegExp): number => commands.filter((one) => pattern.test(one)).length;
  const create = async (run: string, title: string, at?: number): Promise<TaskId> => {
    const engine = { kind: 'command', run } as const;
    const { id } = await workshop.call('tasks.create', { repo, title, engine, ...(at && { at }) });
    return id;
  };
  const many = async (n: number, make: (i: number) => Promise<TaskId>): Promise<TaskId[]> =>
    await Promise.all(Array.from({ length: n }, (_, i) => make(i)));
  const later = Date.now() + 86_400_000;
  const pools = {
    reviewed: await many(count(TAKES_REVIEWED) + 1, (i) => create(`echo ${i} > ${i}`, `Do ${i}`)),
    failed: await many(count(TAKES_FAILED), (i) => create('true', `Nothing ${i}`)),
    waiting: await many(count(TAKES_WAITING), (i) => create(QUICK_ENGINE.run, `Later ${i}`, later)),
  };
  await Promise.all([
    ...pools.reviewed.map((id) => workshop.until(id, 'review')),
    ...pools.failed.map((id) => workshop.until(id, 'failed')),
  ]);
  const any = pools.reviewed.pop() ?? '';
  const take = (pool: TaskId[], start: string): string => `${start} ${pool.shift() ?? any}`;
  return (command) => {
    if (TAKES_REVIEWED.test(command))
      return command.replace(TAKES_REVIEWED, (_, start: string) => take(pools.reviewed, start));
    if (TAKES_FAILED.test(command))
      return command.replace(TAKES_FAILED, (_, start: string) => take(pools.failed, start));
    if (TAKES_WAITING.test(command))
      return command.replace(TAKES_WAITING, (_, start: string) => take(pools.waiting, start));
    return command.replace(TAKES_ANY, (_, start: string) => `${start} ${any}`);
  };
}

/** One shell for a block, so that its variables live as long as it does. */
async function runScript(
  commands: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Outcome> {
  const script = commands.flatMap((command) => [`echo '$' ${quoted(command)}`, command]).join('\n');
  const options = { cwd, env: { ...process.env, ...env }, timeout: LONGEST_MS };
  return await new Promise((resolve) => {
    const child = execFile(
      '/bin/sh',
      ['-eu', '-c', `exec 2>&1\n${script}`],
      options,
      (error, stdout) => resolve({ ok: error === null, output: stdout }),
    );
    child.stdin?.end();
  });
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
