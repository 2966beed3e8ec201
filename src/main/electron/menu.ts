/** The application menu: the system's usual roles and nothing that only works in development. */
import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { NativeText } from './native-text.ts';

export interface MenuActions {
  readonly areNoticesOn: boolean;
  switchNotices(on: boolean): void;
  checkForUpdates(): void;
  quit(): void;
}

/** Puts the tick where the quiet mode, chosen elsewhere, wants it. */
export function showNoticesOn(on: boolean): void {
  const item = Menu.getApplicationMenu()?.getMenuItemById('notices');
  if (item) item.checked = on;
}

export function setMenu(
  text: NativeText,
  { areNoticesOn, switchNotices, checkForUpdates, quit }: MenuActions,
): void {
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
    {
      label: text.file,
      submenu: [
        {
          id: 'notices',
          label: text.notices,
          type: 'checkbox',
          checked: areNoticesOn,
          click: ({ checked }) => switchNotices(checked),
        },
        { label: text.checkForUpdates, click: checkForUpdates },
        { type: 'separator' },
        { role: 'close' },
        { label: text.quit, accelerator: 'CmdOrCtrl+Q', click: quit },
      ],
    },
    { role: 'editMenu' },
    {
      role: 'viewMenu',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
