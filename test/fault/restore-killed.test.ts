/** A restore that is killed in the middle, again and again: the workshop is the old one or the restored one, and opens. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { makeRepo } from '../support/small-repo.ts';
import { NODE, PROGRAM, startWorkshop, type Workshop } from '../support/workshop.ts';

let scratch: string;
let workshop: Workshop | undefined;

beforeEach(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-restore-'));
});
afterEach(async () => {
  await workshop?.close();
  rmSync(scratch, { recursive: true, force: true });
});

const Verdict = z.looseObject({ state: z.string(), events: z.int() });

/** Events of a stopped folder that is whole. */
function eventsOf(dir: string): number {
  const args = [PROGRAM, 'audit', 'verify', '--data', dir, '--json'];
  const stdout = execFileSync(NODE, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const verdict = Verdict.parse(JSON.parse(stdout));
  expect(verdict.state).toBe('sound');
  return verdict.events;
}

/** Restores, and is killed when it has told of so many steps; answers true when it came to its end before. */
async function restoreAndKill(dir: string, name: string, steps: number): Promise<boolean> {
  const child = spawn(NODE, [PROGRAM, 'backup', 'restore', name, '--data', dir], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const closed = once(child, 'close');
  let told = 0;
  for await (const _ of createInterface({ input: child.stderr })) {
    told += 1;
    if (told === steps) child.kill('SIGKILL');
  }
  const [code] = (await closed) as [number | null];
  return code === 0;
}

test('a killed restore leaves the old workshop or the restored one', async () => {
  const dir = path.join(scratch, 'data');
  const repo = makeRepo(path.join(scratch, 'repo'), { 'a.txt': 'a\n' });
  const engine = { kind: 'command', run: 'echo done > result.txt' } as const;
  workshop = await startWorkshop({ dir, args: ['--agents', '0'] });
  const add = async (title: string): Promise<unknown> =>
    workshop?.call('tasks.create', { repo, title, engine });
  await add('Before');
  const { name, seq } = await workshop.call('backups.create', {});
  for (let n = 0; n < 20; n++) await add(`After ${n}`);
  // Killed itself, so that a write-ahead log lies beside the database.
  workshop.child.kill('SIGKILL');
  await once(workshop.child, 'exit');
  const old = eventsOf(dir);
  const outcomes = new Set<string>();
  for (let steps = 1; ; steps++) {
    const copy = path.join(scratch, `copy-${steps}`);
    cpSync(dir, copy, { recursive: true });
    const isDone = await restoreAndKill(copy, name, steps);
    const events = eventsOf(copy);
    outcomes.add(events === old ? 'old' : events === seq + 1 ? 'restored' : `${events} events`);
    rmSync(copy, { recursive: true });
    if (isDone) break;
  }
  expect([...outcomes].toSorted()).toEqual(['old', 'restored']);

  expect(await restoreAndKill(dir, name, Number.POSITIVE_INFINITY)).toBe(true);
  workshop = await startWorkshop({ dir });
  const { tasks } = await workshop.call('tasks.list', {});
  expect(tasks.map(({ title }) => title)).toEqual(['Before']);
  const created = await workshop.call('tasks.create', { repo, title: 'New', engine });
  expect(created.id).toBe('task-22');
  await workshop.until(created.id, 'review');
});
