/** Starts the window: finds the coordinator, makes the stores and the session, and draws the app. */
import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './styles.css';
import { startTransition } from 'react';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { Root } from './app.tsx';
import { browserClock, nextFrame } from './client/clock.ts';
import { bridgeSource, pageSource } from './client/connection.ts';
import { createHand } from './client/hand.ts';
import { createTicker } from './client/ticker.ts';
import { whenToDraw } from './first-draw.ts';
import { createSession } from './session.ts';
import { createDataStore } from './store/data.ts';
import { selectIsLoaded } from './store/selectors.ts';
import { createUiStore } from './store/ui.ts';

// The page's security policy forbids building code from text, which zod would try for speed.
z.config({ jitless: true });

const data = createDataStore();
const ui = createUiStore({ storage: localStorage, languages: navigator.languages });
const session = createSession({
  source: window.koubou ? bridgeSource(window.koubou) : pageSource(window),
  data,
  ui,
  clock: browserClock,
  nextFrame,
  newKey: () => crypto.randomUUID(),
  surface: window.koubou ? 'window' : 'browser',
  open: (url, protocols) => new WebSocket(url, protocols),
});

const root = document.querySelector('#root');
if (!root) throw new Error('index.html lacks #root');
const ticker = createTicker(1_000);
const hand = createHand(window, browserClock);
whenToDraw({ data, ui, clock: browserClock }, () => {
  const draw = (): void => {
    createRoot(root).render(<Root app={{ session, data, ui, ticker, hand }} />);
  };
  // Where the workshop is still to come, in steps of some milliseconds: a large one comes in many parts, which need not wait for
  // the frame, nor does a key.
  if (selectIsLoaded(data.getState())) draw();
  else startTransition(draw);
});
