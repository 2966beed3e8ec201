/**
 * What whoever hands out tasks can rely on, whichever queue it is: the one inside a coordinator, or one that several share.
 * Each implementation brings hands that work with it as its coordinator does.
 */
import { describe, expect, it } from 'vitest';
import type { Priority } from '../../src/shared/domain/task.ts';
import type { TaskId } from '../../src/shared/ids.ts';

/** Two who take, and who compete. */
export type Taker = 'first' | 'second';

export interface Held {
  readonly task: TaskId;
  readonly fence: number;
}

export interface Hands<H extends Held> {
  /** A task comes into the queue that needs these words. */
  put(options?: { priority?: Priority; needs?: string[] }): Promise<TaskId>;
  /** The same once more, as after a break in which the answer was lost. */
  putAgain(task: TaskId): Promise<void>;
  /** Of all tasks that need no more than these words. */
  take(who: Taker, count: number, words?: string[]): Promise<H[]>;
  /** Whoever holds it is gone, and that was noticed. */
  lose(held: H): Promise<void>;
  isHeld(held: H): Promise<boolean>;
  /** Its work is done. */
  settle(held: H): Promise<void>;
  giveBack(held: H): Promise<void>;
  withdraw(task: TaskId): Promise<'withdrawn' | 'taken' | 'gone'>;
  /** All that runs ends without warning, and starts again. */
  restart(): Promise<void>;
}

/** @param withHands calls the test with hands on an empty queue */
export function sharedQueueContract<H extends Held>(
  name: string,
  withHands: (test: (hands: Hands<H>) => Promise<void>) => Promise<void>,
): void {
  const tasks = (all: readonly Held[]): TaskId[] => all.map(({ task }) => task);

  describe(`${name}: the order`, () => {
    it('is by priority, then by coming, over several takes', async () => {
      await withHands(async (hands) => {
        const low = await hands.put({ priority: 'low' });
        const normal = await hands.put();
        const next = await hands.put();
        const urgent = await hands.put({ priority: 'urgent' });
        expect(tasks(await hands.take('first', 2))).toEqual([urgent, normal]);
        expect(tasks(await hands.take('second', 9))).toEqual([next, low]);
        expect(await hands.take('first', 9)).toEqual([]);
      });
    });

    it('is one over all that somebody can do, and leaves the rest', async () => {
      await withHands(async (hands) => {
        const gpu = await hands.put({ needs: ['gpu'], priority: 'high' });
        const plain = await hands.put({ priority: 'low' });
        const tests = await hands.put({ needs: ['gpu', 'python3'], priority: 'urgent' });
        expect(tasks(await hands.take('first', 9))).toEqual([plain]);
        expect(tasks(await hands.take('second', 1, ['gpu', 'python3']))).toEqual([tests]);
        expect(tasks(await hands.take('first', 9, ['gpu']))).toEqual([gpu]);
      });
    });
  });

  describe(`${name}: a task`, () => {
    it('is held by exactly one of two who take at once', async () => {
      await withHands(async (hands) => {
        const put: TaskId[] = [];
        for (let index = 0; index < 12; index += 1) put.push(await hands.put());
        const [first, second] = await Promise.all([
          hands.take('first', 9),
          hands.take('second', 9),
        ]);
        const rest = await hands.take('first', 12);
        expect(tasks([...first, ...second, ...rest]).toSorted()).toEqual(put.toSorted());
      });
    });

    it('that was lost is taken again under a higher number, once', async () => {
      await withHands(async (hands) => {
        const task = await hands.put();
        const [lost] = await hands.take('first', 1);
        if (!lost) throw new Error('nothing was taken');
        expect(await hands.isHeld(lost)).toBe(true);
        await hands.lose(lost);
        const [again, ...more] = await hands.take('second', 9);
        expect([again?.task, more]).toEqual([task, []]);
        expect(again?.fence).toBeGreaterThan(lost.fence);
        expect(await hands.isHeld(lost)).toBe(false);
        // Who lost it may still think that it is done.
        await hands.settle(lost);
        expect(again && (await hands.isHeld(again))).toBe(true);
      });
    });

    it('that is settled is gone, however often it is said', async () => {
      await withHands(async (hands) => {
        await hands.put();
        const [held] = await hands.take('first', 1);
        if (!held) throw new Error('nothing was taken');
        await hands.settle(held);
        await hands.settle(held);
        expect(await hands.isHeld(held)).toBe(false);
        expect(await hands.take('second', 9)).toEqual([]);
      });
    });

    it('that is put in twice is there once', async () => {
      await withHands(async (hands) => {
        const task = await hands.put();
        await hands.putAgain(task);
        const [held, ...more] = await hands.take('first', 9);
        expect([held?.task, more]).toEqual([task, []]);
        await hands.putAgain(task);
        expect(await hands.take('second', 9)).toEqual([]);
        if (held) await hands.settle(held);
        await hands.putAgain(task);
        expect(await hands.take('second', 9)).toEqual([]);
      });
    });

    it('that is given back is taken again, before what came later', async () => {
      await withHands(async (hands) => {
        const task = await hands.put();
        const later = await hands.put();
        const [held] = await hands.take('first', 1);
        if (!held) throw new Error('nothing was taken');
        await hands.giveBack(held);
        expect(await hands.isHeld(held)).toBe(false);
        const again = await hands.take('second', 9);
        expect(tasks(again)).toEqual([task, later]);
        expect(again[0]?.fence).toBeGreaterThan(held.fence);
      });
    });

    it('that is withdrawn is taken by nobody; one that is held is not withdrawn', async () => {
      await withHands(async (hands) => {
        const [withdrawn, taken] = [await hands.put(), await hands.put()];
        expect(await hands.withdraw(withdrawn)).toBe('withdrawn');
        const [held, ...more] = await hands.take('first', 9);
        expect([held?.task, more]).toEqual([taken, []]);
        expect(await hands.withdraw(taken)).toBe('taken');
        expect(held && (await hands.isHeld(held))).toBe(true);
        expect(await hands.withdraw(withdrawn)).toBe('gone');
      });
    });
  });

  describe(`${name}: a queue`, () => {
    it('after a restart: what waits waits, and what was settled does not', async () => {
      await withHands(async (hands) => {
        const settled = await hands.put({ priority: 'urgent' });
        const waiting = [await hands.put(), await hands.put({ priority: 'low' })];
        const [held] = await hands.take('first', 1);
        expect(held?.task).toBe(settled);
        if (held) await hands.settle(held);
        await hands.restart();
        expect(tasks(await hands.take('second', 9))).toEqual(waiting);
      });
    });
  });
}
