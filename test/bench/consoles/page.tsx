/**
 * Many terminals in one page, which the window itself never shows: its own console view on its own session, or bare terminals on
 * plain WebSockets beside them. It stands in for the page of a copy of the app (`ui-terminals.ts`), which drives it by
 * `globalThis.koubouTerminals`. The first terminal is the one that is watched.
 */
import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import '@mantine/core/styles.css';
import '../../../src/renderer/styles.css';
import { MantineProvider } from '@mantine/core';
import type { CSSProperties, ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { browserClock, nextFrame } from '../../../src/renderer/client/clock.ts';
import { createTicker } from '../../../src/renderer/client/ticker.ts';
import { AppContext } from '../../../src/renderer/context.ts';
import { createSession } from '../../../src/renderer/session.ts';
import { ConsoleView } from '../../../src/renderer/shell-session/ConsoleView.tsx';
import { createDataStore } from '../../../src/renderer/store/data.ts';
import { createUiStore } from '../../../src/renderer/store/ui.ts';
import { cssVariables, theme } from '../../../src/renderer/theme.ts';
import { ConsoleId } from '../../../src/shared/console.ts';
import { BareTerminal } from './bare-terminal.tsx';

z.config({ jitless: true });

const element = document.querySelector('#root');
if (!element) throw new Error('index.html lacks #root');
const root = createRoot(element);
const data = createDataStore();
const ui = createUiStore({ storage: localStorage, languages: navigator.languages });

function showBare(url: string, count: number): void {
  show(Array.from({ length: count }, (_, n) => <BareTerminal key={n} url={url} />));
}

function showOurs(url: string, token: string, ids: readonly string[]): void {
  const session = createSession({
    source: {
      watch(listener) {
        listener({ status: 'ready', url, token, note: null });
        return () => {};
      },
    },
    data,
    ui,
    clock: browserClock,
    nextFrame,
    newKey: () => crypto.randomUUID(),
    surface: 'window',
    open: (address, protocols) => new WebSocket(address, protocols),
  });
  const consoles = z.array(ConsoleId).parse(ids);
  for (const id of consoles) session.consoles.claim(id);
  const app = { session, data, ui, ticker: createTicker(1_000) };
  show(
    consoles.map((id) => (
      <AppContext key={id} value={app}>
        <ConsoleView id={id} />
      </AppContext>
    )),
  );
}

const GRID: CSSProperties = {
  display: 'grid',
  gridTemplateColumns: 'repeat(6, minmax(0, 1fr))',
  gridTemplateRows: 'repeat(4, minmax(0, 1fr))',
  gap: 4,
  height: '100vh',
};
const PLACE: CSSProperties = { display: 'grid', gridTemplate: 'minmax(0, 1fr) / minmax(0, 1fr)' };
/** The watched one is larger, as what somebody works in is. */
const FIRST: CSSProperties = { ...PLACE, gridColumn: 'span 2', gridRow: 'span 2' };

function show(terminals: readonly ReactNode[]): void {
  const drawn = (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <main style={GRID} data-testid="terminals">
        {terminals.map((terminal, n) => (
          <div key={n} className="screen" style={n === 0 ? FIRST : PLACE}>
            {terminal}
          </div>
        ))}
      </main>
    </MantineProvider>
  );
  // Whoever looks next must not find what stood there before.
  flushSync(() => root.render(drawn));
}

Object.assign(globalThis, { koubouTerminals: { showBare, showOurs } });
show([]);
