/** From "create a task" to "its attempt has started" on a loopback agent: empty, and behind 100,000 tasks. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeRepo } from '../support/small-repo.ts';
import { startWorkshop, type Workshop } from '../support/workshop.ts';
import { fillQueue } from './fill.ts';
import { percentile, row, type Print } from './measure.ts';
import { watchEvents } from './watcher.ts';

const ROUNDS = 150;
const WARM_UP = 15;
const BEHIND = 100_000;
const NOTHING_TO_DO = { kind: 'command', run: 'true' } as const;

export async function benchLatency(print: Print): Promise<void> {
  print('Create → attempt started, loopback agent');
  const empty = await measure(0);
  const full = await measure(BEHIND);
  print(
    row('empty queue, p50 / p99', `${show(empty, 0.5)} / ${show(empty, 0.99)} ms`, 'p99 ≤ 50 ms'),
  );
  print(
    row(
      `${BEHIND.toLocaleString('en')} queued, p50 / p99`,
      `${show(full, 0.5)} / ${show(full, 0.99)} ms`,
      'p99 ≤ 50 ms',
    ),
  );
  const ratio = percentile(full, 0.99) / percentile(empty, 0.99);
  print(row('p99 full ÷ p99 empty', `${ratio.toFixed(2)}×`, '≤ 1.5×'));
}

function show(samples: number[], share: number): string {
  return percentile(samples, share).toFixed(1);
}

async function measure(queued: number): Promise<number[]> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'koubou-bench-latency-'));
  const dir = path.join(scratch, 'data');
  try {
    const repo = makeRepo(path.join(scratch, 'repo'), { 'a.txt': 'a\n' });
    if (queued > 0) await fillQueue(dir, repo, queued);
    const workshop = await startWorkshop({ dir });
    try {
      return await rounds(workshop, repo);
    } finally {
      await workshop.close();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function rounds(workshop: Workshop, repo: string): Promise<number[]> {
  const watcher = await watchEvents(workshop);
  await workshop.untilAgent();
  const samples: number[] = [];
  for (let i = 0; i < ROUNDS + WARM_UP; i++) {
    const begun = performance.now();
    const started = watcher.next(({ event }) => event.type === 'attempt.started');
    const ended = watcher.next(({ event }) => event.type === 'attempt.ended');
    await workshop.call('tasks.create', { repo, title: 'Quick', engine: NOTHING_TO_DO });
    await started;
    if (i >= WARM_UP) samples.push(performance.now() - begun);
    // The attempt ends by itself: nothing was changed. The next one finds the agent at rest.
    await ended;
  }
  watcher.close();
  return samples;
}
