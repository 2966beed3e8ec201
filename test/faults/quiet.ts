/** The time after the faults: everything is healed, nothing new is given, and every task is brought to an end. */
import type { Operator } from './operator.ts';
import { pause } from './time.ts';
import type { Violations } from './violations.ts';

const NUDGE_MS = 3_000;
/** Longer than the pauses before a task is tried again, and short of what a clock that jumped makes of them. */
const PATIENCE_MS = 30_000;

/** Resolves when every task has ended, or none moved for `stuckMs`: then those are violations. */
export async function driveToEnd(
  operator: Operator,
  violations: Violations,
  stuckMs: number,
): Promise<void> {
  operator.wrapUp();
  const began = performance.now();
  let before = '';
  let movedAt = performance.now();
  for (;;) {
    const open = operator.open();
    if (open.length === 0 && operator.unanswered.length === 0) return;
    const now = open.map(({ id, state }) => `${id} ${state}`).join(' ');
    if (now !== before) movedAt = performance.now();
    before = now;
    if (performance.now() - movedAt > stuckMs) {
      for (const { id, state } of open)
        violations.add('ends', `${id} is ${state} and comes to no end`);
      for (const { key } of operator.unanswered)
        violations.add('ends', `the create of ${key} is not answered`);
      return;
    }
    const passed = performance.now() - began;
    operator.nudge(passed > PATIENCE_MS);
    for (const { id, retryAt } of passed > PATIENCE_MS ? operator.stranded() : [])
      violations.add(
        'ends',
        `${id} is tried again only at ${new Date(retryAt).toISOString()}: longer than any pause`,
      );
    await pause(NUDGE_MS);
  }
}
