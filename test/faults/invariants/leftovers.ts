/** Nothing is left behind: no process, no mount, no work tree that is not clean, no file of an attempt outside of its place. */
import { readdirSync, readFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { processesOf } from '../processes.ts';
import { git } from '../repos.ts';
import { until } from '../time.ts';
import type { AgentHost } from '../workshop.ts';
import type { Evidence } from './evidence.ts';

/** Clean-up goes on in the background for a moment. */
const SETTLE_MS = 15_000;
/** Kept for the next attempt, clean: see the agent's pool. */
const MOST_TREES = 8;

/** While coordinator and agents still run, and no attempt does. */
export async function checkIdle(evidence: Evidence): Promise<void> {
  const { folder, violations, workshop } = evidence;
  const ofAttempts = (): string[] =>
    processesOf(folder)
      .filter(
        ({ command, environment, state }) =>
          state !== 'Z' &&
          (/engine\.sh| agent supervise\b/.test(command) ||
            environment.includes('KOUBOU_ATTEMPT=')),
      )
      .map(({ pid, command }) => `${pid} ${command.slice(0, 160)}`);
  await until(() => ofAttempts().length === 0, SETTLE_MS);
  for (const one of ofAttempts())
    violations.add('left behind', `a process of an attempt that is over: ${one}`);
  for (const agent of workshop.agents) {
    await until(() => dirtyTrees(agent).length === 0, SETTLE_MS);
    for (const wrong of dirtyTrees(agent)) violations.add('left behind', `${agent.name}: ${wrong}`);
  }
}

function dirtyTrees({ data }: AgentHost): string[] {
  const tasks = path.join(data, 'tasks');
  const names = existsSync(tasks) ? readdirSync(tasks) : [];
  const wrong =
    names.length > MOST_TREES ? [`${names.length} work trees are kept: ${names.join(', ')}`] : [];
  for (const name of names) {
    const tree = path.join(tasks, name, 'repo');
    if (!existsSync(tree)) {
      wrong.push(`tasks/${name} has no work tree`);
      continue;
    }
    try {
      const status = git(tree, 'status', '--porcelain', '--ignored');
      if (status !== '') wrong.push(`tasks/${name}/repo is not clean: ${status}`);
    } catch (error) {
      wrong.push(
        `tasks/${name}/repo is no work tree: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return wrong;
}

/** When coordinator and agents have ended. */
export function checkEnded({ folder, violations, workshop }: Evidence): void {
  const mine = /(forwarder|main)\.ts/;
  for (const { pid, command, state } of processesOf(folder))
    // Those of attempts were told already.
    if (state !== 'Z' && !mine.test(command) && !/engine\.sh|^sleep /.test(command))
      violations.add('left behind', `process ${pid} ${command.slice(0, 160)}`);
  const ours = new Set([workshop.coordinator, ...workshop.agents].map(({ dir }) => dir));
  ours.add(path.join(folder, 'images'));
  for (const line of readFileSync('/proc/self/mounts', 'utf8').split('\n')) {
    const where = line.split(' ')[1] ?? '';
    if (where.startsWith(folder) && !ours.has(where))
      violations.add('left behind', `mount ${where}`);
  }
  const repos = path.join(workshop.coordinator.data, 'repos');
  for (const name of existsSync(repos) ? readdirSync(repos) : [])
    if (!/^[a-z0-9][a-z0-9._-]*\.git$/.test(name)) violations.add('left behind', `repos/${name}`);
  // Node's cache of compiled code is meant to stay.
  const tmp = readdirSync(path.join(folder, 'tmp')).filter((name) => name !== 'node-compile-cache');
  if (tmp.length > 0) violations.add('left behind', `temporary files: ${tmp.join(', ')}`);
}
