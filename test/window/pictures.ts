/**
 * Pictures of the window, for people to look at: of each place one; with KOUBOU_PICTURES=1 in both schemes, as wide as it opens
 * and as narrow as it gets, and of single moments, too.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type Page } from '@playwright/test';
import type { DesktopApp } from './app.ts';

interface View {
  readonly scheme: 'light' | 'dark';
  readonly size: 'wide' | 'narrow';
  readonly width: number;
}

const USUAL: View = { scheme: 'light', size: 'wide', width: 1280 };
const OTHERS: readonly View[] = [
  { scheme: 'light', size: 'narrow', width: 760 },
  { scheme: 'dark', size: 'wide', width: 1280 },
];
const HEIGHT = 800;

/** A folder under test-results, empty at first. */
export function newPictures(name: string): string {
  const folder = path.resolve(import.meta.dirname, '../../test-results', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Afterwards the window is light and wide. */
export async function takePictures(app: DesktopApp, folder: string, name: string): Promise<void> {
  for (const view of [...(wantsAll() ? OTHERS : []), USUAL]) {
    await show(app, view);
    const file = `${name}-${view.scheme}-${view.size}.png`;
    await app.page.screenshot({ path: path.join(folder, file) });
  }
}

/** A moment as the page stands then; only when all pictures are wanted. */
export async function takePicture(page: Page, folder: string, name: string): Promise<void> {
  if (wantsAll()) await page.screenshot({ path: path.join(folder, `${name}.png`) });
}

/** What the window as a whole shows, zoomed as it is: a picture of its page would show a part of it. Only when all are wanted. */
export async function takeWindow(
  { electron }: DesktopApp,
  folder: string,
  name: string,
): Promise<void> {
  if (!wantsAll()) return;
  const image = await electron.evaluate(async ({ BrowserWindow }) => {
    const taken = await BrowserWindow.getAllWindows()[0]?.webContents.capturePage();
    return taken?.toPNG().toString('base64') ?? '';
  });
  writeFileSync(path.join(folder, `${name}.png`), Buffer.from(image, 'base64'));
}

function wantsAll(): boolean {
  return process.env['KOUBOU_PICTURES'] === '1';
}

async function show({ page, electron }: DesktopApp, { scheme, width }: View): Promise<void> {
  await page.emulateMedia({ colorScheme: scheme });
  await electron.evaluate(
    ({ BrowserWindow }, [w, h]) => BrowserWindow.getAllWindows()[0]?.setContentSize(w, h),
    [width, HEIGHT] as const,
  );
  // To wait for a function, the page itself would have to build it from text, which its policy forbids.
  await expect.poll(() => page.evaluate('innerWidth')).toBe(width);
}

const DOCS = path.resolve(import.meta.dirname, '../../docs/screens');

/** A picture for docs/screens, as the window stands now; only when they are to be taken anew. */
export async function takeForDocs({ page }: DesktopApp, name: string, look = 'light') {
  if (process.env['KOUBOU_SCREENS'] === undefined) return;
  mkdirSync(DOCS, { recursive: true });
  await page.screenshot({ path: path.join(DOCS, `${name}-${look}.png`), animations: 'disabled' });
}
