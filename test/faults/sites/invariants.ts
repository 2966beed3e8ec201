/**
 * What must hold when several coordinators have come to rest: every task that was accepted is there once and has ended, all control
 * centers say the same of it, its change is merged exactly when it is completed, and once, and each log is whole.
 */
import path from 'node:path';
import { verifyJournal } from '../../../src/main/coordinator/journal/verify.ts';
import { isEnd, type Task } from '../../../src/shared/domain/task.ts';
import { allTasks } from '../invariants/evidence.ts';
import { filesOf, updatesOf } from '../repos.ts';
import type { Violations } from '../violations.ts';
import type { SiteOrder } from './person.ts';
import type { SiteHost, SitesWorkshop } from './workshop.ts';

/** How the tasks stand at each site. */
export type Views = ReadonlyMap<string, readonly Task[]>;

export async function viewsOf(sites: readonly SiteHost[]): Promise<Views> {
  return new Map(
    await Promise.all(
      sites.map(async ({ name, client }) => [name, await allTasks(client)] as const),
    ),
  );
}

/** What is said of a task, as all must say it: where it is led, that one knows more. */
function standOf({ id, state, site, attempts, change }: Task): string {
  return `${id} ${state}, led by ${site}, ${attempts} attempts, ${change?.commit ?? 'no change'}`;
}

/** What keeps the run from being over; empty: nothing. */
export function unsettled(orders: readonly SiteOrder[], views: Views): string[] {
  return orders.flatMap((order) => {
    if (order.id === null) return [`the create of ${order.key} is not answered`];
    const said = [...views].map(([name, tasks]) => {
      const task = tasks.find(({ id }) => id === order.id);
      return { name, task, text: task ? standOf(task) : `${order.id} unknown` };
    });
    const isSame = said.every(({ text }) => text === said[0]?.text);
    const isOver = said.every(({ task }) => task && isEnd(task.state));
    if (isSame && isOver) return [];
    return [`${order.key}: ${said.map(({ name, text }) => `${name} says ${text}`).join('; ')}`];
  });
}

export function checkAccepted(
  orders: readonly SiteOrder[],
  views: Views,
  violations: Violations,
): void {
  for (const [name, tasks] of views) {
    for (const { key, title, id } of orders) {
      const same = tasks.filter((task) => task.title === title);
      if (same.length === 0) violations.add('lost', `${name} does not know ${id} (${key})`);
      if (same.length > 1)
        violations.add('doubled', `${name} has ${key} as ${same.map((one) => one.id).join(', ')}`);
    }
    const known = new Set(orders.map(({ title }) => title));
    for (const { id, title } of tasks)
      if (!known.has(title)) violations.add('doubled', `${name} has ${id} "${title}" besides`);
  }
}

export function checkMerged(
  orders: readonly SiteOrder[],
  views: Views,
  { repos, sites }: SitesWorkshop,
  violations: Violations,
): void {
  const [first] = sites;
  const tasks = (first && views.get(first.name)) ?? [];
  for (const repo of repos) {
    const merges = updatesOf(repo).flatMap(({ keys }) => keys);
    const files = filesOf(repo);
    for (const { key, id } of orders.filter((order) => order.repo === repo)) {
      const task = tasks.find((one) => one.id === id);
      const times = merges.filter((one) => one === key).length;
      if (times > 1) violations.add('doubled', `${id} (${key}) was merged ${times} times`);
      const expected = task?.state === 'completed' ? `${key} ${task.change?.attemptId}` : undefined;
      if (files.get(key) !== expected)
        violations.add(
          expected === undefined ? 'doubled' : 'lost',
          `${id} (${key}) is ${task?.state}, and its repository has "${files.get(key)}" instead of "${expected}"`,
        );
    }
  }
}

/** Called when all coordinators have ended. */
export async function checkLogs(
  sites: readonly SiteHost[],
  violations: Violations,
): Promise<number> {
  let events = 0;
  for (const { name, data } of sites) {
    const pause = async (): Promise<void> =>
      await new Promise((resolve) => void setImmediate(resolve));
    const verified = await verifyJournal(path.join(data, 'koubou.db'), pause);
    if (verified.ok) events += verified.value.events;
    else violations.add('log', `${name}: ${verified.error.message}`);
  }
  return events;
}
