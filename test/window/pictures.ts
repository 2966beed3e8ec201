/** Pictures of the window, for people to look at: in both schemes, as wide as it opens and as narrow as it gets. */
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@playwright/test';
import type { DesktopApp } from './app.ts';

const VIEWS = [
  { scheme: 'light', size: 'wide', width: 1280 },
  { scheme: 'light', size: 'narrow', width: 760 },
  { scheme: 'dark', size: 'wide', width: 1280 },
] as const;
const HEIGHT = 800;

/** A folder under test-results, empty at first. */
export function newPictures(name: string): string {
  const folder = path.resolve(import.meta.dirname, '../../test-results', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

export async function takePictures({ page, electron }: DesktopApp, folder: string, name: string) {
  for (const { scheme, size, width } of VIEWS) {
    await page.emulateMedia({ colorScheme: scheme });
    await electron.evaluate(
      ({ BrowserWindow }, [w, h]) => BrowserWindow.getAllWindows()[0]?.setContentSize(w, h),
      [width, HEIGHT] as const,
    );
    // To wait for a function, the page itself would have to build it from text, which its policy forbids.
    await expect.poll(() => page.evaluate('innerWidth')).toBe(width);
    await page.screenshot({ path: path.join(folder, `${name}-${scheme}-${size}.png`) });
  }
}
