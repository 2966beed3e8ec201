/** Starts the app that is installed now in the place of this one. */
import { spawn } from 'node:child_process';
import { app } from 'electron';

/**
 * Not `app.relaunch`, which starts the file of the running process: after an update that one has no name any more.
 * @param args of its command line
 */
export function relaunch(args: readonly string[]): void {
  // Else the new one would find us and end.
  app.releaseSingleInstanceLock();
  spawn(process.env['APPIMAGE'] ?? process.execPath, args, {
    detached: true,
    stdio: 'inherit',
  }).unref();
  app.exit(0);
}
