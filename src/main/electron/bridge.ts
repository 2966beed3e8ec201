/** Answers the verbs of the preload, for our own page only. */
import { dialog, ipcMain, type BrowserWindow, type IpcMainInvokeEvent } from 'electron';
import type { CoordinatorState } from '../../shared/bridge.ts';
import type { CoordinatorChild } from './coordinator-child.ts';
import { UI_ORIGIN } from './ui-protocol.ts';

export function answerBridge(window: BrowserWindow, coordinator: CoordinatorChild): void {
  handle('koubou:connection', () => coordinator.state());
  handle('koubou:retry', () => coordinator.retry());
  handle('koubou:pick-folder', async () => {
    const { filePaths } = await dialog.showOpenDialog(window, { properties: ['openDirectory'] });
    return filePaths[0] ?? null;
  });
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

function isOurPage({ senderFrame }: IpcMainInvokeEvent): boolean {
  return senderFrame !== null && senderFrame.url.startsWith(`${UI_ORIGIN}/`);
}
