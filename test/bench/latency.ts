/** From "create a task" to "its attempt has started" on a loopback agent: empty, and behind 100,000 tasks. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WebSocket } from 'ws';
import { openWorkshopJournal } from './open-journal.ts';
import type { StoredEvent } from '../../src/shared/domain/event.ts';
import { ToClient } from '../../src/shared/protocol/client.ts';
import { makeRepo } from '../support/small-repo.ts';
import { startWorkshop, type Workshop } from '../support/workshop.ts';
import { percentile, row, type Print } from './measure.ts';

const ROUNDS = 150;
const WARM_UP = 15;
const BEHIND = 100_000;
const LINES = 20;
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

/** Tasks that wait for machines nobody has, in several lines. */
async function fillQueue(dir: string, repo: string, count: number): Promise<void> {
  const journal = openWorkshopJournal(dir);
  for (let done = 0; done < count; done += 1_000) {
    await Promise.all(
      Array.from({ length: 1_000 }, async (_, i) => {
        const created = await journal.submit(
          {
            type: 'task.create',
            title: `Waiting ${done + i}`,
            body: '',
            repo: { url: repo, base: 'main' },
            priority: 'normal',
            engine: { kind: 'command', run: 'true' },
            needs: [`machine-${(done + i) % LINES}`],
            after: [],
            at: null,
          },
          { actor: 'bench' },
        );
        const event = created.ok ? created.value.events[0]?.event : undefined;
        if (event?.type !== 'task.created') throw new Error('not created');
        await journal.submit(
          { type: 'task.analyse', taskId: event.taskId, specialty: 'general' },
          { actor: 'bench' },
        );
      }),
    );
  }
  await journal.close();
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

async function watchEvents({ url, token, call }: Workshop) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const waiting = new Set<{ match: (stored: StoredEvent) => boolean; found: () => void }>();
  socket.on('message', (data, isBinary) => {
    if (isBinary) return;
    const message = ToClient.parse(JSON.parse(String(data)));
    if (message.type !== 'events') return;
    for (const wait of waiting) {
      if (!message.events.some(wait.match)) continue;
      waiting.delete(wait);
      wait.found();
    }
  });
  await once(socket, 'open');
  const { seq } = await call('snapshot.get', {});
  socket.send(JSON.stringify({ type: 'subscribe', after: seq }));
  return {
    /** Resolves with the next event that matches. */
    next(match: (stored: StoredEvent) => boolean): Promise<void> {
      return new Promise((found) => waiting.add({ match, found }));
    },
    close: () => socket.close(),
  };
}
