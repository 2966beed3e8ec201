/** In the desktop app: keeps the tray up to date, which shows it while the window is hidden, too. */
import { useEffect } from 'react';
import { useApp } from '../context.ts';
import { TEXTS } from '../i18n/languages.ts';
import { selectIsLoaded } from '../store/selectors.ts';
import { trayOf } from './tray.ts';

/** An icon is glanced at: more often than this it need not change. */
const PAUSE_MS = 1_000;

export function useTray(): void {
  const { data, ui } = useApp();
  useEffect(() => {
    const bridge = window.koubou;
    if (!bridge) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const send = (): void => {
      timer = undefined;
      const { link, language } = ui.getState();
      const isOpen = link === 'open' && selectIsLoaded(data.getState());
      bridge.setTray(trayOf(data.getState(), isOpen, TEXTS[language]));
    };
    const soon = (): void => void (timer ??= setTimeout(send, PAUSE_MS));
    const stops = [data.subscribe(soon), ui.subscribe(soon)];
    send();
    return () => {
      clearTimeout(timer);
      for (const stop of stops) stop();
    };
  }, [data, ui]);
}
