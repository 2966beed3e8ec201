/**
 * Notices of the operating system for what needs a person who is not looking. The page decides what is worth one and how
 * often; here stands the user's switch, and what a click does.
 */
import { ipcMain, Notification } from 'electron';
import { z } from 'zod';
import type { SystemNotice } from '../../shared/bridge.ts';
import { isOurPage } from './bridge.ts';
import type { SettingsFile } from './settings.ts';

const Notice = z.strictObject({
  title: z.string().max(200),
  body: z.string().max(1_000),
  path: z.string().max(200).startsWith('/'),
}) satisfies z.ZodType<SystemNotice>;

export interface NoticeDeps {
  readonly settings: SettingsFile;
  readonly icon: string;
  /** Brings the window to the front, at an address of its router. */
  readonly open: (path: string) => void;
}

export function showNotices({ settings, icon, open }: NoticeDeps): void {
  // One that is collected hears no click.
  const shown = new Set<Notification>();
  ipcMain.on('koubou:notify', (event, raw: unknown) => {
    const notice = Notice.safeParse(raw);
    if (!isOurPage(event) || !notice.success) return;
    if (settings.get().notices === false || !Notification.isSupported()) return;
    const { title, body, path } = notice.data;
    const notification = new Notification({ title, body, icon });
    shown.add(notification);
    notification.on('click', () => open(path));
    notification.on('close', () => shown.delete(notification));
    notification.on('failed', () => shown.delete(notification));
    notification.show();
  });
}
