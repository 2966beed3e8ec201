/**
 * The named troubles of the coordinator itself, in memory: whoever finds one sets it and clears it when it has passed;
 * clients are told of each change.
 */
import type { Clock } from '../../shared/clock.ts';
import type { Condition, ConditionKind } from '../../shared/domain/condition.ts';

/** `Condition.message` takes no more. */
const MOST_TEXT = 1_000;

export interface Conditions {
  /** Enters a trouble, or gives one that lasts newer words; `since` stays that of the first. */
  set(kind: ConditionKind, message: string): void;
  /** The trouble has passed; nothing happens when there was none. */
  clear(kind: ConditionKind): void;
  /** What lasts now, oldest first. */
  list(): readonly Condition[];
  /** Called after each change with what lasts then; the answer ends it. */
  onChange(listener: (conditions: readonly Condition[]) => void): () => void;
}

export function createConditions(clock: Pick<Clock, 'now'>): Conditions {
  const lasting = new Map<ConditionKind, Condition>();
  const listeners = new Set<(conditions: readonly Condition[]) => void>();
  const list = (): readonly Condition[] => [...lasting.values()];
  const tell = (): void => {
    for (const listener of [...listeners]) listener(list());
  };
  return {
    set(kind, message) {
      const before = lasting.get(kind);
      const text = message.slice(0, MOST_TEXT);
      if (before?.message === text) return;
      lasting.set(kind, { kind, since: before?.since ?? clock.now(), message: text });
      tell();
    },
    clear(kind) {
      if (lasting.delete(kind)) tell();
    },
    list,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
