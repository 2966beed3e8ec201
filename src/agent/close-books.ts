/**
 * After the supervisor of an attempt is gone, for whatever reason: nothing of the attempt runs any more, its journal
 * says how it ended, and its recording is as long as it is.
 */
import { stat } from 'node:fs/promises';
import type { Clock } from '../shared/clock.ts';
import type { AttemptReport } from '../shared/domain/attempt.ts';
import type { Stream } from '../shared/protocol/output.ts';
import type { AttemptFolder } from './attempt-folder.ts';
import type { Mark } from './environment.ts';
import { tailOf } from './file-tail.ts';
import { isFinal, openJournal, readJournal, type NumberedReport } from './journal.ts';
import { endLeftBehind } from './process-tree.ts';

export interface BooksDeps {
  readonly folder: AttemptFolder;
  readonly mark: Mark;
  /** Where its work tree lies. */
  readonly treeFolder: string;
  readonly clock: Clock;
  readonly warn: (message: string) => void;
  /** The disk does not take the last report; `null`: it does again. */
  readonly trouble: (message: string | null) => void;
}

export interface ClosedBooks {
  readonly reports: NumberedReport[];
  readonly lengths: Readonly<Record<Stream, number>>;
}

/** @param stopped the attempt was told to stop, so that an end without a report is no surprise */
export async function closeBooks(deps: BooksDeps, stopped: boolean): Promise<ClosedBooks> {
  const { folder, mark, clock, warn } = deps;
  const left = await endLeftBehind(mark, deps.treeFolder, clock);
  if (left.length > 0) warn(`processes of ${mark.attemptId} cannot be ended: ${left.join(', ')}`);
  let { reports } = await readJournal(folder.journal);
  const last = reports.at(-1);
  if (!last || !isFinal(last.report)) {
    await appendReport(deps, stopped ? { kind: 'cancelled' } : await supervisorDied(folder));
    ({ reports } = await readJournal(folder.journal));
  }
  const lengths = {
    terminal: await sizeOf(folder.streams.terminal),
    transcript: await sizeOf(folder.streams.transcript),
  };
  return { reports, lengths };
}

/** Writes one report into a journal that nobody else has open, waiting for room if need be. */
export async function appendReport(
  { folder, clock, trouble }: Pick<BooksDeps, 'folder' | 'clock' | 'trouble'>,
  report: AttemptReport,
): Promise<void> {
  const journal = await openJournal(folder.journal, clock, {
    durable: () => {},
    trouble: (error) => trouble(error?.message ?? null),
  });
  journal.append(report);
  await journal.flushed();
  await journal.close();
}

/** What a supervisor that died had to say last. */
const LAST_LINES = 5;

async function supervisorDied({ log }: AttemptFolder): Promise<AttemptReport> {
  const said = await tailOf(log, LAST_LINES);
  const message = `its supervisor, and what it ran, was killed or crashed${said === '' ? '' : `; last it said:\n${said}`}`;
  return { kind: 'failed', code: 'supervisor_died', message, tests: null };
}

async function sizeOf(file: string): Promise<number> {
  // Nothing was printed yet, so there is no file.
  return await stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}
