/** Submits commands together, so that they share one commit. */
import type { Command } from '../../../shared/domain/command.ts';
import type { RejectionCode } from '../../../shared/errors.ts';
import type { Journal } from '../journal/port.ts';

/** Refusals that say nothing about the command: it is worth trying again. */
const PASSING: readonly RejectionCode[] = ['storage_full', 'internal'];

/** False when a command was refused for a reason that will pass, or did not do what it was for. */
export async function submitAll(
  journal: Pick<Journal, 'submit'>,
  commands: readonly Command[],
  isDone: (events: number) => boolean = () => true,
): Promise<boolean> {
  const results = await Promise.all(
    commands.map((command) => journal.submit(command, { actor: 'scheduler' })),
  );
  return results.every((result) =>
    result.ok ? isDone(result.value.events.length) : !PASSING.includes(result.error.code),
  );
}
