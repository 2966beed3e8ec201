/** A cancelled task leaves no process, whatever it started: sessions, double forks, nohup, daemons without its marks. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../faults/time.ts';
import { makeRepo } from '../support/small-repo.ts';
import { NASTY, pidsFrom, POLITE, type ProcessTree } from '../support/trees.ts';
import { startWorkshop, type Workshop } from '../support/workshop.ts';

const LONGEST_MS = 20_000;

let scratch: string;
let workshop: Workshop;

beforeEach(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-cancelled-'));
  workshop = await startWorkshop();
});
afterEach(async () => {
  for (const pid of pidsFrom(path.join(scratch, 'tree.sh'))) process.kill(pid, 'SIGKILL');
  await workshop.close();
  rmSync(scratch, { recursive: true, force: true });
});

/** @returns the processes that are left of it */
async function growAndCancel({ script, processes }: ProcessTree): Promise<number[]> {
  const file = path.join(scratch, 'tree.sh');
  writeFileSync(file, script);
  const repo = makeRepo(path.join(scratch, 'repo'), { 'a.txt': 'a\n' });
  const engine = { kind: 'command', run: `exec sh ${file}` } as const;
  const { id } = await workshop.call('tasks.create', { repo, title: 'Grow a tree', engine });
  if (!(await until(() => pidsFrom(file).length === processes, LONGEST_MS, 20)))
    throw new Error(`it has ${pidsFrom(file).length} processes`);
  await workshop.call('tasks.cancel', { id });
  await until(() => pidsFrom(file).length === 0, LONGEST_MS, 20);
  return pidsFrom(file);
}

test('of a tree that ends when it is asked', async () => {
  expect(await growAndCancel(POLITE)).toEqual([]);
});

test('of a tree that does all it can not to end', async () => {
  expect(await growAndCancel(NASTY)).toEqual([]);
});
