/** The keys of the registry, on every screen: unless one is typing, or a dialog is open. */
import { getHotkeyHandler } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import { isPossible } from './action.ts';
import { ACTIONS } from './actions.ts';
import { usePlace } from './use-place.ts';

export function useShellKeys(): void {
  const place = usePlace();
  const now = useRef(place);
  useEffect(() => {
    now.current = place;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      for (const action of ACTIONS) {
        for (const keys of action.keys ?? []) {
          if (!mayAct(event, keys)) continue;
          getHotkeyHandler([
            [
              keys,
              () => {
                if (isPossible(action, now.current)) action.run(now.current);
              },
            ],
          ])(event);
        }
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

function mayAct({ target }: KeyboardEvent, keys: string): boolean {
  if (!(target instanceof HTMLElement)) return true;
  const isTyping =
    target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
  // A terminal that takes input takes all of it: Ctrl K is a key of shells too.
  if (target instanceof HTMLTextAreaElement && target.closest('.xterm') && !target.readOnly) {
    return false;
  }
  if (keys.startsWith('mod')) return true;
  // A dialog keeps the focus for as long as it is open.
  return !isTyping && target.closest('[role=dialog]') === null;
}
