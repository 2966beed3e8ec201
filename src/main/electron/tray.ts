/** The tray icon: the way back to a hidden window, and the way out. */
import { Menu, nativeImage, Tray } from 'electron';
import type { NativeText } from './native-text.ts';

export interface TrayActions {
  open(): void;
  setQueuePaused(paused: boolean): void;
  quit(): void;
}

/** Keep the result: a tray that is collected disappears. */
export function makeTray(icon: string, text: NativeText, actions: TrayActions): Tray {
  const tray = new Tray(nativeImage.createFromPath(icon).resize({ width: 18, height: 18 }));
  tray.setToolTip('Koubou');
  tray.setContextMenu(
    Menu.buildFromTemplate([
      { label: text.open, click: actions.open },
      { type: 'separator' },
      { label: text.pauseQueue, click: () => actions.setQueuePaused(true) },
      { label: text.resumeQueue, click: () => actions.setQueuePaused(false) },
      { type: 'separator' },
      { label: text.quit, click: actions.quit },
    ]),
  );
  tray.on('click', actions.open);
  return tray;
}
