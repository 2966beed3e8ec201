/** The one window: sandboxed, isolated, showing our own page; what no page may do is in `lock-down.ts`. */
import path from 'node:path';
import { BrowserWindow, nativeTheme, screen } from 'electron';
import type { SettingsFile } from './settings.ts';
import { UI_ORIGIN } from './ui-protocol.ts';

const DEFAULT = { width: 1360, height: 880 };

export interface WindowOptions {
  readonly distDir: string;
  readonly settings: SettingsFile;
  readonly icon: string;
  /** It is there, and nobody sees it until they ask for it. */
  readonly isHidden: boolean;
  /** Address of the page's router to begin at; empty: its own beginning. */
  readonly path: string;
}

export function openWindow(options: WindowOptions): BrowserWindow {
  const { distDir, settings, icon, isHidden, path: begin } = options;
  const kept = settings.get().window;
  const window = new BrowserWindow({
    ...(kept && isOnScreen(kept) ? kept : DEFAULT),
    minWidth: 760,
    minHeight: 520,
    show: false,
    title: 'Koubou',
    icon,
    // What shows before the page does.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#121418' : '#f7f6f3',
    webPreferences: {
      preload: path.join(distDir, 'preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      // What is compiled at the first start is kept for the second: a window is opened once a day, seldom often enough to be “hot”.
      v8CacheOptions: 'bypassHeatCheckAndEagerCompile',
    },
  });
  if (kept?.maximized === true) window.maximize();
  if (!isHidden) window.once('ready-to-show', () => window.show());
  // The coordinator and all work go on without the page; a new one picks up where it was.
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') window.reload();
  });
  window.on('close', () => settings.set({ window: boundsOf(window) }));
  void window.loadURL(`${UI_ORIGIN}/${begin === '' ? '' : `#${begin}`}`);
  return window;
}

function boundsOf(window: BrowserWindow) {
  return { ...window.getNormalBounds(), maximized: window.isMaximized() };
}

/** A screen may have been unplugged since. */
function isOnScreen({ x, y }: { x: number; y: number }): boolean {
  return screen.getAllDisplays().some(({ workArea }) => {
    const insideX = x >= workArea.x - 20 && x < workArea.x + workArea.width - 100;
    return insideX && y >= workArea.y - 20 && y < workArea.y + workArea.height - 100;
  });
}
