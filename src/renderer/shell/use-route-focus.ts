/**
 * Where the focus goes when the screen changes: to its heading, which is then read aloud. Whoever is in the screen already
 * (a tab of a task, a field) stays there.
 */
import { useEffect, useRef } from 'react';
import { useLocation } from 'react-router';
import { browserClock } from '../client/clock.ts';

/** Dialogs give the focus back where it was before them; that comes first. */
const AFTER_DIALOGS_MS = 40;

export function useRouteFocus(): void {
  const { pathname } = useLocation();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return undefined;
    shown.current = pathname;
    return browserClock.after(AFTER_DIALOGS_MS, focusScreen);
  }, [pathname]);
}

function focusScreen(): void {
  const main = document.querySelector<HTMLElement>('#main');
  const { activeElement } = document;
  if (!main || document.querySelector('[role=dialog]')) return;
  if (activeElement !== main && main.contains(activeElement)) return;
  const heading = main.querySelector<HTMLElement>('h1[tabindex]');
  (heading ?? main).focus({ preventScroll: true });
}
