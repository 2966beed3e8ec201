/** Pushes under way, each of one attempt or self-test; killed when that ends, and what they leave behind removed. */
import { killGit, type Git } from '../forge/git.ts';
import { removeIncoming, removeLocks } from '../forge/local/leftovers.ts';

export interface Push {
  readonly mirror: string;
  readonly user: string;
  /** The branches it may push, and may have locked. */
  readonly branches: readonly string[];
  readonly child: ReturnType<Git['start']>;
  /** Cuts the answer off. */
  readonly hangUp: () => void;
}

export interface Pushes {
  add(push: Push): void;
  /** Kills the pushes of a user, before this returns. @param killed called for each that had not ended by itself */
  end(user: string, killed: () => void): void;
  /** Resolves when nothing is left of pushes into this mirror that were killed. */
  settled(mirror: string): Promise<void>;
}

export function createPushes(): Pushes {
  const running = new Set<Push>();
  /** The last clean-up of each mirror, until it is done. */
  const cleanUps = new Map<string, Promise<void>>();

  async function cleanUp(
    push: Push,
    before: Promise<void> | undefined,
    killed: () => void,
  ): Promise<void> {
    await new Promise<void>((resolve) => void push.child.once('close', () => resolve()));
    await before;
    if (push.child.signalCode !== null) killed();
    removeLocks(push.mirror, push.branches);
    // Objects of others are on their way there; what stays is found by the next clean-up, or the next start.
    if (![...running].some(({ mirror }) => mirror === push.mirror)) removeIncoming(push.mirror);
  }

  return {
    add(push) {
      running.add(push);
      push.child.once('close', () => running.delete(push));
    },
    end(user, killed) {
      const ended = [...running].filter((push) => push.user === user);
      for (const push of ended) {
        const { mirror } = push;
        killGit(push.child);
        push.hangUp();
        const done = cleanUp(push, cleanUps.get(mirror), killed).finally(() => {
          if (cleanUps.get(mirror) === done) cleanUps.delete(mirror);
        });
        cleanUps.set(mirror, done);
      }
    },
    async settled(mirror) {
      for (let last = cleanUps.get(mirror); last; last = cleanUps.get(mirror)) await last;
    },
  };
}
