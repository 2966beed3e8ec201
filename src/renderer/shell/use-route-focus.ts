/**
 * Where the focus goes when one goes to another screen: to its heading, which is then read aloud. Whoever is in the screen
 * already (a tab of a task, a field) stays there, and so does who was only sent on, as at the start.
 */
import { useEffect, useRef } from 'react';
import { NavigationType, useLocation, useNavigationType } from 'react-router';
import { browserClock } from '../client/clock.ts';

/** Dialogs give the focus back where it was before them; that comes first. */
const AFTER_DIALOGS_MS = 40;

export function useRouteFocus(): void {
  const { pathname } = useLocation();
  const how = useNavigationType();
  const shown = useRef(pathname);
  const cancel = useRef<(() => void) | null>(null);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    // A redirect on the way does not take back what was asked for before it.
    if (how === NavigationType.Replace) return;
    cancel.current?.();
    cancel.current = browserClock.after(AFTER_DIALOGS_MS, focusScreen);
  }, [pathname, how]);
  useEffect(() => () => cancel.current?.(), []);
}

function focusScreen(): void {
  const main = document.querySelector<HTMLElement>('#main');
  const { activeElement } = document;
  if (!main || document.querySelector('[role=dialog]')) return;
  if (activeElement !== main && main.contains(activeElement)) return;
  const heading = main.querySelector<HTMLElement>('h1[tabindex]');
  (heading ?? main).focus({ preventScroll: true });
}
