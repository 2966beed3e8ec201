/** Sleep and wake of this PC, and its shutdown: what the system tells, handed on. */
import { powerMonitor, type BrowserWindow } from 'electron';

/**
 * How long the coordinator has to end when the system shuts down. systemd holds a shutdown back for 5 s, and Windows
 * kills what has not ended after about as long.
 */
export const SHUTDOWN_MS = 4_000;

export interface PowerHandlers {
  /** The machine was asleep and is awake again. */
  woke(): void;
  /** The system shuts down, or the user logs out: end within SHUTDOWN_MS. */
  shutdown(): void;
}

export function watchPower(window: BrowserWindow, { woke, shutdown }: PowerHandlers): void {
  powerMonitor.on('resume', woke);
  // Linux and macOS wait for us when the event is held back, and are let go by our end.
  powerMonitor.on('shutdown', (event?: { preventDefault(): void }) => {
    event?.preventDefault();
    shutdown();
  });
  // Windows tells the window.
  window.on('session-end', shutdown);
}
