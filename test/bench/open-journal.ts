/** The journal of a data folder, opened without a coordinator: how a benchmark fills a workshop quickly. */
import { openJournal, type OpenJournal } from '../../src/main/coordinator/journal/open.ts';
import { systemClock } from '../../src/main/coordinator/system-clock.ts';

export function openWorkshopJournal(dir: string): OpenJournal {
  const journal = openJournal({ dir, clock: systemClock, endOfTurn: setImmediate });
  if (!journal.ok) throw new Error(journal.error.message);
  return journal.value;
}
