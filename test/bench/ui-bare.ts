/** The bare window beside ours: built once for a run, from `bare/`. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import react from '@vitejs/plugin-react';
import { build } from 'vite';
import { openWindow, scroll, take, type Seen, type Window } from './ui-page.ts';

const BARE = path.join(import.meta.dirname, 'bare');

export interface Bare {
  open(): Promise<Window>;
  /** Scrolls its list for so long, and answers what was seen. */
  scroll(ms: number): Promise<Seen>;
}

/** @param dir a scratch folder */
export async function buildBare(dir: string): Promise<Bare> {
  const outDir = path.join(dir, 'bare');
  mkdirSync(outDir, { recursive: true });
  await build({
    root: BARE,
    base: './',
    configFile: false,
    plugins: [react()],
    logLevel: 'error',
    build: { outDir, emptyOutDir: true, target: 'chrome130', assetsInlineLimit: 0 },
  });
  const open = async (): Promise<Window> => {
    const window = await openWindow([path.join(BARE, 'main.cjs'), outDir]);
    await window.page.getByTestId('bare').waitFor();
    return window;
  };
  return {
    open,
    async scroll(ms) {
      const window = await open();
      try {
        await scroll(window, '.lines', ms);
        return await take(window);
      } finally {
        await window.close();
      }
    },
  };
}
