/** How components reach the session and the stores. */
import { createContext, useContext, useDeferredValue, useMemo, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import { browserClock } from './client/clock.ts';
import type { Hand } from './client/hand.ts';
import type { Ticker } from './client/ticker.ts';
import { calmly } from './store/calmly.ts';
import { TEXTS, type Language } from './i18n/languages.ts';
import type { Text } from './i18n/en.ts';
import type { Session } from './session.ts';
import type { Data, DataStore } from './store/data.ts';
import { selectIsLoaded, selectLanguage } from './store/selectors.ts';
import type { UiState, UiStore } from './store/ui.ts';

export interface App {
  readonly session: Session;
  readonly data: DataStore;
  readonly ui: UiStore;
  readonly ticker: Ticker;
  readonly hand: Hand;
}

/** How often lists are drawn anew at most. */
export const CALM_MS = 200;

export const AppContext = createContext<App | null>(null);

export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error('a component stands outside <AppContext>');
  return app;
}

/** A slice of the workshop's state. */
export function useData<T>(selector: (data: Data) => T): T {
  return useStore(useApp().data, selector);
}

/**
 * A slice that is drawn anew at most every so many ms: for lists, which change with every event of a busy workshop. The first
 * change after a pause shows at once; drawing it gives way to what somebody does meanwhile, and waits while they scroll or type.
 */
export function useCalmData<T>(selector: (data: Data) => T, everyMs = CALM_MS): T {
  const { data, hand } = useApp();
  const calm = useMemo(() => calmly(data, everyMs, browserClock, hand), [data, everyMs, hand]);
  return useDeferredValue(useSyncExternalStore(calm.subscribe, () => selector(calm.getState())));
}

/** Whether there is a workshop to show. All of a screen is drawn when there is: in small steps, as this waits behind input. */
export function useIsLoaded(): boolean {
  return useDeferredValue(useData(selectIsLoaded));
}

/** A slice of the window's own state. */
export function useUi<T>(selector: (ui: UiState) => T): T {
  return useStore(useApp().ui, selector);
}

export function useLanguage(): Language {
  return useUi(selectLanguage);
}

/** The words of the chosen language. */
export function useText(): Text {
  return TEXTS[useLanguage()];
}
