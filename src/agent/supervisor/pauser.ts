/** Lets everything of an attempt stand still, and go on: one after the other, however fast the reasons change. */
import type { AttemptReport } from '../../shared/domain/attempt.ts';
import type { JournalWriter } from '../journal.ts';
import type { Output } from '../output.ts';
import type { Paused } from '../pause.ts';
import type { ProcessTree } from '../process-tree.ts';
import type { PausableClock } from './pausable-clock.ts';

/** The coordinator cannot be heard, the whole workshop is stopped, an urgent task needs the slot, or a person works in the tree by hand. */
export type PauseReason =
  | { readonly why: 'lease' }
  | { readonly why: 'emergency' }
  | { readonly why: 'urgent' }
  | { readonly why: 'taken_over'; readonly by: string };

export interface Pauser {
  /** Resolves when it stands still, and that is in the journal. */
  pause(reason: PauseReason): Promise<void>;
  /** This reason is over; with the last one it goes on. */
  resume(why: PauseReason['why']): Promise<void>;
  /** The attempt is being ended: time goes on, and nothing is paused any more. */
  giveUp(): void;
  /** Resolves when nothing is under way; changes nothing. */
  close(): Promise<void>;
}

export interface PauserDeps {
  readonly tree: Pick<ProcessTree, 'pause'>;
  /** Stands still with the attempt. */
  readonly running: PausableClock;
  readonly journal: JournalWriter;
  readonly output: Output;
  readonly warn: (error: unknown, message: string) => void;
}

export function createPauser(deps: PauserDeps): Pauser {
  const { tree, running, journal, output, warn } = deps;
  const reasons = new Set<PauseReason['why']>();
  let paused: Paused | null = null;
  let givenUp = false;
  let work = Promise.resolve();

  async function pause(reason: PauseReason): Promise<void> {
    if (reasons.has(reason.why) || givenUp) return;
    reasons.add(reason.why);
    running.hold();
    paused ??= await tree.pause();
    if (reason.why === 'emergency') output.note(noted('‖ stands still: emergency stop'));
    else if (reason.why === 'urgent') output.note(noted('‖ makes room for an urgent task'));
    else if (reason.why === 'lease')
      say('‖ paused: the coordinator cannot be reached', { kind: 'paused' });
    else say(`‖ taken over by ${reason.by}`, { kind: 'taken_over', by: reason.by });
  }

  async function resume(why: PauseReason['why']): Promise<void> {
    if (!reasons.delete(why) || givenUp) return;
    if (reasons.size === 0) {
      const goOn = paused;
      paused = null;
      await goOn?.resume();
      running.release();
    }
    if (why === 'emergency') output.note(noted('▸ the workshop goes on'));
    else if (why === 'urgent') output.note(noted('▸ the urgent task is done; goes on'));
    else if (why === 'lease') say('▸ goes on', { kind: 'resumed' });
    else say('▸ handed back', { kind: 'handed_back' });
  }

  function say(words: string, report: AttemptReport): void {
    output.note(noted(words));
    journal.append(report);
  }

  async function inTurn(before: Promise<void>, change: () => Promise<void>): Promise<void> {
    await before;
    try {
      await change();
    } catch (error) {
      warn(error, 'an attempt cannot be paused');
    }
  }

  return {
    async pause(reason) {
      await (work = inTurn(work, () => pause(reason)));
    },
    async resume(why) {
      await (work = inTurn(work, () => resume(why)));
    },
    giveUp() {
      givenUp = true;
      running.release();
    },
    async close() {
      await work;
    },
  };
}

function noted(words: string): string {
  return `\u001b[33m${words}\u001b[0m\n`;
}
