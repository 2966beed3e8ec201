/** The log of the closed data folder: its chain is whole, its tables are what it says, and it is what was shown over the API. */
import path from 'node:path';
import { verifyJournal } from '../../../src/main/coordinator/journal/verify.ts';
import type { Evidence } from './evidence.ts';

/** Called when the coordinator has ended. */
export async function checkLog({ workshop, events, violations }: Evidence): Promise<void> {
  const file = path.join(workshop.coordinator.data, 'koubou.db');
  const pause = async (): Promise<void> =>
    await new Promise((resolve) => void setImmediate(resolve));
  const verified = await verifyJournal(file, pause);
  if (!verified.ok) return violations.add('log', verified.error.message);
  if (verified.value.events < events.length)
    violations.add(
      'log',
      `${events.length} events were shown, and ${verified.value.events} are there`,
    );
}
