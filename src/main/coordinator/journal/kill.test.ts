/** A process killed at any moment keeps what it had answered. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openJournal } from './open.ts';
import { openTestJournal, testClock, testFolder } from './testing.ts';
import { verifyJournal } from './verify.ts';

/** Starting a process on a busy machine takes its time. */
const SLOW = 60_000;
const WRITER = fileURLToPath(new URL('testing-writer.ts', import.meta.url));

/** Starts a writer; resolves with the titles it acknowledged when it is dead. */
async function writeUntilKilled(dir: string, acknowledgements: number): Promise<string[]> {
  const child = spawn(process.execPath, [WRITER, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const titles: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    titles.push(line);
    if (titles.length === acknowledgements) child.kill('SIGKILL');
  }
  await closed;
  return titles;
}

describe('after a kill', () => {
  it.each([1, 50, 333])(
    '%d acknowledged tasks and more are all there, and the chain is whole',
    async (count) => {
      using folder = testFolder();
      const titles = await writeUntilKilled(folder.dir, count);
      expect(titles.length).toBeGreaterThanOrEqual(count);
      const journal = openTestJournal(folder.dir);
      const kept = new Set(journal.tasks({ limit: 1_000_000 }).map(({ title }) => title));
      expect(titles.filter((title) => !kept.has(title))).toEqual([]);
      expect(await verifyJournal(folder.file, () => Promise.resolve())).toMatchObject({ ok: true });
      await journal.close();
    },
    SLOW,
  );
});

describe('a second writer', () => {
  it('is refused while the first one lives, in the same process', async () => {
    using folder = testFolder();
    const journal = openTestJournal(folder.dir);
    const startedAt = Date.UTC(2026, 0, 1);
    journal.announce({
      pid: 4711,
      host: '127.0.0.1',
      port: 8080,
      url: 'http://127.0.0.1:8080',
      startedAt,
      version: '1',
    });
    const options = { dir: folder.dir, clock: testClock(), endOfTurn: setImmediate };
    const second = openJournal(options);
    expect(second).toMatchObject({ ok: false, error: { kind: 'in_use' } });
    expect(!second.ok && second.error.message).toContain(
      'process 4711 since 2026-01-01T00:00:00.000Z, at http://127.0.0.1:8080',
    );
    await journal.close();
    await openTestJournal(folder.dir).close();
  });

  it(
    'is refused while the first one lives, in another process, and let in when that is killed',
    async () => {
      using folder = testFolder();
      const child = spawn(process.execPath, [WRITER, folder.dir], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      const options = { dir: folder.dir, clock: testClock(), endOfTurn: setImmediate };
      expect(openJournal(options)).toMatchObject({ ok: false, error: { kind: 'in_use' } });
      child.kill('SIGKILL');
      await once(child, 'close');
      const journal = openTestJournal(folder.dir);
      expect(journal.seq()).toBeGreaterThan(0);
      await journal.close();
    },
    SLOW,
  );
});
