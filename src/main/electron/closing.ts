/** What closing the window means: asked once, remembered, and then done. */
import { dialog, type BrowserWindow } from 'electron';
import type { NativeText } from './native-text.ts';
import type { SettingsFile } from './settings.ts';

export interface ClosingDeps {
  readonly window: BrowserWindow;
  readonly settings: SettingsFile;
  readonly text: NativeText;
  /** True when the program is on its way out anyway. */
  readonly isQuitting: () => boolean;
  readonly quit: () => void;
}

const ANSWERS = ['tray', 'quit'] as const;

export function askAtClosing({ window, settings, text, isQuitting, quit }: ClosingDeps): void {
  let isAsking = false;

  function act(choice: 'tray' | 'quit'): void {
    if (choice === 'tray') window.hide();
    else quit();
  }

  async function ask(): Promise<void> {
    isAsking = true;
    const { response } = await dialog.showMessageBox(window, {
      type: 'question',
      message: text.closeTitle,
      detail: text.closeDetail,
      buttons: [text.keepRunning, text.quitNow, text.cancel],
      defaultId: 0,
      cancelId: 2,
    });
    isAsking = false;
    const choice = ANSWERS[response];
    if (choice === undefined) return;
    settings.set({ onClose: choice });
    act(choice);
  }

  window.on('close', (event) => {
    if (isQuitting()) return;
    event.preventDefault();
    const { onClose } = settings.get();
    if (onClose !== undefined) act(onClose);
    else if (!isAsking) void ask();
  });
}
