/** Lets everything of an attempt stand still, and go on: one after the other, however fast the reasons change. */
import type { JournalWriter } from '../journal.ts';
import type { Output } from '../output.ts';
import type { Paused } from '../pause.ts';
import type { ProcessTree } from '../process-tree.ts';
import type { PausableClock } from './pausable-clock.ts';

export interface Pauser {
  pause(): void;
  resume(): void;
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
  let paused: Paused | null = null;
  let givenUp = false;
  let work = Promise.resolve();

  async function pause(): Promise<void> {
    if (paused || givenUp) return;
    running.hold();
    paused = await tree.pause();
    output.note('\u001b[33m‖ paused: the coordinator cannot be reached\u001b[0m\n');
    journal.append({ kind: 'paused' });
  }

  async function resume(): Promise<void> {
    if (!paused || givenUp) return;
    const { resume: goOn } = paused;
    paused = null;
    await goOn();
    running.release();
    output.note('\u001b[33m▸ goes on\u001b[0m\n');
    journal.append({ kind: 'resumed' });
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
    pause() {
      work = inTurn(work, pause);
    },
    resume() {
      work = inTurn(work, resume);
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
