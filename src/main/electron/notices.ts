/**
 * Notices of the operating system for what needs a person who is not looking. The page decides what is worth one and how
 * often; here stands the quiet mode, and what a click does. While the system itself is told not to disturb, it keeps them
 * back: on all three systems that is its own doing, and Electron cannot ask about it.
 */
import { Notification } from 'electron';
import type { Quiet, SystemNotice } from '../../shared/bridge.ts';

export interface NoticeDeps {
  readonly quiet: () => Quiet;
  readonly icon: string;
  /** Brings the window to the front, at an address of its router. */
  readonly open: (path: string) => void;
}

/** Answers what shows a notice. */
export function createNotices({ quiet, icon, open }: NoticeDeps): (notice: SystemNotice) => void {
  // One that is collected hears no click.
  const shown = new Set<Notification>();
  return ({ title, body, path }) => {
    if (quiet().kind !== 'off' || !Notification.isSupported()) return;
    const notification = new Notification({ title, body, icon });
    shown.add(notification);
    notification.on('click', () => open(path));
    notification.on('close', () => shown.delete(notification));
    notification.on('failed', () => shown.delete(notification));
    notification.show();
  };
}
