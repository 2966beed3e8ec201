/** j, k and Enter in a list: which item is chosen, and opening it. */
import { useHotkeys } from '@mantine/hooks';
import { useState } from 'react';

export interface ListKeys<Id> {
  readonly selected: Id | null;
  select(id: Id): void;
}

export function useListKeys<Id>(ids: readonly Id[], onOpen: (id: Id) => void): ListKeys<Id> {
  const [chosen, setChosen] = useState<Id | null>(null);
  const selected = chosen !== null && ids.includes(chosen) ? chosen : null;

  function move(step: number): void {
    const at = selected === null ? (step > 0 ? -1 : ids.length) : ids.indexOf(selected);
    const next = ids[Math.min(ids.length - 1, Math.max(0, at + step))];
    if (next !== undefined) setChosen(next);
  }

  function open(event: KeyboardEvent): void {
    // A focused button or link answers Enter by itself.
    const { target } = event;
    if (target instanceof HTMLElement && target.closest('button, a, [role=menuitem]')) return;
    if (selected !== null) onOpen(selected);
  }

  useHotkeys([
    ['j', () => move(1)],
    ['ArrowDown', () => move(1)],
    ['k', () => move(-1)],
    ['ArrowUp', () => move(-1)],
    ['Enter', open, { preventDefault: false }],
  ]);
  return { selected, select: setChosen };
}
