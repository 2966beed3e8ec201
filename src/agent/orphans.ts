/** Processes of attempts that nobody looks after any more: their supervisor is gone, and so is what was known of them. */
import type { Clock } from '../shared/clock.ts';
import { endTree } from './kill.ts';
import { listProcesses } from './processes.ts';

/** Ends whatever carries the mark of this agent's folder and of an attempt that is not `known`. */
export async function endOrphans(
  dir: string,
  known: ReadonlySet<string>,
  clock: Clock,
): Promise<void> {
  const orphans = new Set<string>();
  const own = `KOUBOU_DIR=${Buffer.from(dir).toString('latin1')}`;
  for (const { environment } of await listProcesses()) {
    const variables = environment.split('\0');
    if (!variables.includes(own)) continue;
    const mark = variables.find((variable) => variable.startsWith('KOUBOU_ATTEMPT='));
    const attemptId = mark?.slice('KOUBOU_ATTEMPT='.length);
    if (attemptId !== undefined && !known.has(attemptId)) orphans.add(attemptId);
  }
  for (const attemptId of orphans) await endTree({ dir, attemptId }, { clock });
}
