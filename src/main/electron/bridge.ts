/** Answers the verbs of the preload, for our own page only. */
import { dialog, ipcMain, shell, type BrowserWindow, type IpcMainInvokeEvent } from 'electron';
import type { CoordinatorState } from '../../shared/bridge.ts';
import type { CoordinatorChild } from './coordinator-child.ts';
import { UI_ORIGIN } from './ui-protocol.ts';

export function answerBridge(
  window: BrowserWindow,
  coordinator: CoordinatorChild,
  dataDir: string,
): void {
  handle('koubou:connection', () => coordinator.state());
  handle('koubou:retry', () => coordinator.retry());
  handle('koubou:restart', () => coordinator.restart());
  handle('koubou:open-data-folder', async () => {
    await shell.openPath(dataDir);
  });
  handle('koubou:pick-folder', async () => {
    const { filePaths } = await dialog.showOpenDialog(window, { properties: ['openDirectory'] });
    return filePaths[0] ?? null;
  });
}

/** Has the page open an address of its router, for a notice that was clicked. */
export function sendOpen(window: BrowserWindow, path: string): void {
  if (!window.isDestroyed()) window.webContents.send('koubou:open', path);
}

/** Tells the page that the machine has slept. */
export function sendWake(window: BrowserWindow): void {
  if (!window.isDestroyed()) window.webContents.send('koubou:wake');
}

/** Tells the page how the coordinator fares. */
export function sendState(window: BrowserWindow, state: CoordinatorState): void {
  if (!window.isDestroyed()) window.webContents.send('koubou:connection', state);
}

function handle(channel: string, answer: () => unknown): void {
  ipcMain.handle(channel, (event) => {
    if (!isOurPage(event)) throw new Error('this page may not ask');
    return answer();
  });
}

/** True for messages of our own page; every other is to be left alone. */
export function isOurPage({ senderFrame }: Pick<IpcMainInvokeEvent, 'senderFrame'>): boolean {
  return senderFrame !== null && senderFrame.url.startsWith(`${UI_ORIGIN}/`);
}
