/** Remembers whose screens were visited, for the palette. */
import { useEffect } from 'react';
import { useLocation } from 'react-router';
import { useApp } from '../context.ts';
import { withRecent } from '../store/ui.ts';
import { SOURCES } from './actions.ts';

export function useRecent(): void {
  const { ui } = useApp();
  const { pathname } = useLocation();
  useEffect(() => {
    for (const { kind, openAt } of SOURCES) {
      const id = openAt(pathname);
      if (id === undefined) continue;
      ui.setState(({ recent }) => ({ recent: withRecent(recent, `${kind}:${id}`) }));
    }
  }, [ui, pathname]);
}
