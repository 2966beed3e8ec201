/**
 * The recording of an attempt is what its program printed: all of it when the attempt ended by itself, the beginning of it when it was
 * cut. The program writes what it printed to a file of its own, which must be in the recording as far as it goes.
 */
import { z } from 'zod';
import type { Attempt } from '../../../src/shared/domain/attempt.ts';
import type { Order } from '../operator.ts';
import { printedBy } from '../printed.ts';
import { linesOf } from '../work.ts';
import { attemptsOf, type Evidence } from './evidence.ts';

/** @returns how many recordings were compared */
export async function checkRecordings(evidence: Evidence): Promise<number> {
  let compared = 0;
  for (const order of evidence.operator.orders.values()) {
    for (const attempt of await attemptsOf(evidence.client, order)) {
      await checkOne(order, attempt, evidence);
      compared += 1;
    }
  }
  return compared;
}

async function checkOne(
  { id, work }: Order,
  attempt: Attempt,
  { client, folder, violations }: Evidence,
): Promise<void> {
  const answer = await client.call('tasks.terminal', { id, attempt: attempt.id });
  if (!answer.ok) {
    violations.add(
      'recording',
      `the recording of ${attempt.id} cannot be read: ${answer.error.message}`,
    );
    return;
  }
  // What comes after is the agent's own: it repeats the last words of what failed.
  const recorded = numbered(textOf(answer.value).split('✗ ')[0] ?? '');
  const all = linesOf(work);
  const wrong = recorded.findIndex((line, i) => line !== all[i]);
  // The last line may be cut in its middle.
  const isCut =
    wrong === recorded.length - 1 && (all[wrong]?.startsWith(recorded[wrong] ?? ' ') ?? false);
  if (wrong >= 0 && !isCut) {
    violations.add(
      'recording',
      `line ${wrong + 1} of ${attempt.id} (${attempt.state}) is "${recorded[wrong]}" instead of "${all[wrong]}"`,
    );
    return;
  }
  const printed = printedBy(attempt.id, folder);
  if (attempt.state === 'succeeded' && recorded.length !== all.length)
    violations.add(
      'recording',
      `${attempt.id} succeeded, and ${recorded.length} of its ${all.length} lines are recorded`,
    );
  if (
    attempt.state === 'failed' &&
    !NO_ROOM.has(attempt.failure?.code ?? '') &&
    printed.length > recorded.length
  )
    violations.add(
      'recording',
      `${attempt.id} failed (${attempt.failure?.code}), printed ${printed.length} lines, and ${recorded.length} are recorded`,
    );
}

/** The agent says itself that it could not write. */
const NO_ROOM: ReadonlySet<string> = new Set(['agent_disk_full', 'agent_read_only']);

/** The bytes of the terminal, from its asciicast: a header, then a line per piece. */
function textOf(cast: string): string {
  const pieces = cast
    .split('\n')
    .slice(1)
    .filter((line) => line !== '');
  return pieces
    .map((line) => Piece.parse(JSON.parse(line)))
    .flatMap(([, kind, text]) => (kind === 'o' ? [text] : []))
    .join('');
}

const Piece = z.tuple([z.number(), z.string(), z.string()]);

function numbered(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.startsWith('L '));
}
