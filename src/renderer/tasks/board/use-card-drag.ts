/**
 * Dragging a card with the pointer. What lies under the pointer says what a drop would do; only that is state, the card in
 * the hand is moved without drawing anything anew. Escape, and letting go where nothing happens, put it back.
 */
import {
  useEffect,
  useRef,
  useState,
  type PointerEvent as ReactPointerEvent,
  type RefObject,
} from 'react';
import type { Task } from '../../../shared/domain/task.ts';
import { TaskId } from '../../../shared/ids.ts';
import { browserClock } from '../../client/clock.ts';
import { useApp } from '../../context.ts';
import { isDropPlace, type DropPlace } from '../moves.ts';

export interface CardDrag {
  readonly task: Task;
  readonly over: DropPlace | null;
}

export interface CardDragging {
  readonly drag: CardDrag | null;
  /** The card in the hand. */
  readonly hand: RefObject<HTMLDivElement | null>;
  onPointerDown(event: ReactPointerEvent): void;
}

/** A hand that shakes on a click moves no more than this. */
const SLACK_PX = 6;

export function useCardDrag(drop: (task: Task, place: DropPlace) => void): CardDragging {
  const { data, ui } = useApp();
  const [drag, setDrag] = useState<CardDrag | null>(null);
  const hand = useRef<HTMLDivElement>(null);
  const end = useRef<(() => void) | null>(null);
  const onDrop = useRef(drop);
  useEffect(() => {
    onDrop.current = drop;
  });
  useEffect(() => () => end.current?.(), []);

  return {
    drag,
    hand,
    onPointerDown(event) {
      if (event.button !== 0 || event.pointerType === 'touch' || !(event.target instanceof Element))
        return;
      if (event.target.closest('input, button, label')) return;
      const name = event.target.closest<HTMLElement>('[data-task]')?.dataset['task'];
      const id = TaskId.safeParse(name);
      if (!id.success) return;
      const task =
        data.getState().live.tasks.get(id.data) ?? ui.getState().taskList.found.get(id.data);
      if (!task) return;
      end.current?.();
      end.current = follow(event, hand, {
        over: (place) =>
          setDrag((before) => (before && before.over === place ? before : { task, over: place })),
        ended(place) {
          end.current = null;
          setDrag(null);
          if (place !== null) onDrop.current(task, place);
        },
      });
    },
  };
}

interface Following {
  over(place: DropPlace | null): void;
  /** @param place `null`: put back */
  ended(place: DropPlace | null): void;
}

/** Until the button is let go. The answer ends it at once. */
function follow(
  from: ReactPointerEvent,
  hand: RefObject<HTMLDivElement | null>,
  { over, ended }: Following,
): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  let isLifted = false;
  let place: DropPlace | null = null;

  function finish(at: DropPlace | null): void {
    listening.abort();
    if (isLifted) refuseClick();
    ended(isLifted ? at : null);
  }

  function move({ clientX, clientY }: PointerEvent): void {
    const far = Math.hypot(clientX - from.clientX, clientY - from.clientY) > SLACK_PX;
    if (!isLifted && !far) return;
    isLifted = true;
    place = placeAt(clientX, clientY);
    over(place);
    hand.current?.style.setProperty('translate', `${clientX + 12}px ${clientY + 8}px`);
  }

  window.addEventListener('pointermove', move, { signal });
  window.addEventListener('pointerup', () => finish(place), { signal });
  window.addEventListener('pointercancel', () => finish(null), { signal });
  window.addEventListener('blur', () => finish(null), { signal });
  window.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Escape' || !isLifted) return;
      event.stopPropagation();
      finish(null);
    },
    { signal, capture: true },
  );
  return () => finish(null);
}

/** The card is a link, and where it is let go may be another: neither was meant. */
function refuseClick(): void {
  const stop = (event: Event): void => {
    event.preventDefault();
    event.stopPropagation();
  };
  window.addEventListener('click', stop, { capture: true, once: true });
  // A click comes with the release or not at all.
  browserClock.after(0, () => window.removeEventListener('click', stop, { capture: true }));
}

function placeAt(x: number, y: number): DropPlace | null {
  const target = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-drop]');
  const name = target?.dataset['drop'];
  return isDropPlace(name) ? name : null;
}
