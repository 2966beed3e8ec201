/**
 * Whether the desktop app that started this coordinator has drawn its first screen yet. Until then it needs the processors more
 * than this PC's agents do, who look for their tools as they start.
 */
import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { KEYCHAIN_VARIABLE } from '../../shared/keychain.ts';
import type { Hold } from './fleet/local-agents.ts';

/** A window that does not come holds up nobody. */
const MOST_MS = 3_000;

/** The app's word (`src/main/electron/serve-process.ts`). */
const Shown = z.object({ type: z.literal('shown') });

export interface Window {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** There without a parent too, but then nobody listens. */
  readonly connected: boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  off(event: 'message', listener: (message: unknown) => void): unknown;
}

/** Lets go when the screen is there, or after 3 s; `null` where no window is on its way. */
export function untilFirstScreen(parent: Window, clock: Clock): Hold | null {
  if (parent.env[KEYCHAIN_VARIABLE] !== '1' || !parent.connected) return null;
  return (run) => {
    const end = (): void => {
      cancel();
      parent.off('message', listen);
    };
    const go = (): void => {
      end();
      run();
    };
    const listen = (message: unknown): void => {
      if (Shown.safeParse(message).success) go();
    };
    parent.on('message', listen);
    const cancel = clock.after(MOST_MS, go);
    return end;
  };
}
