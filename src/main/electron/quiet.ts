/** The quiet mode: until when the system's notices are not wanted. Pure; the answer to a choice is kept in the settings. */
import type { Quiet, QuietChoice } from '../../shared/bridge.ts';
import type { Settings } from './settings.ts';

const HOUR_MS = 3_600_000;
/** When a day's quiet is over, by the clock on the wall. */
const MORNING = 8;

export type QuietSettings = Pick<Settings, 'notices' | 'quietUntil'>;

/** What is to be remembered after a choice. @param now local time */
export function quietAfter(choice: QuietChoice, now: Date): QuietSettings {
  switch (choice) {
    case 'off':
      return { notices: true, quietUntil: 0 };
    case 'always':
      return { notices: false, quietUntil: 0 };
    case 'hour':
      return { notices: true, quietUntil: now.getTime() + HOUR_MS };
    case 'morning': {
      const morning = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, MORNING);
      return { notices: true, quietUntil: morning.getTime() };
    }
  }
}

/** @param now epoch ms */
export function quietAt({ notices, quietUntil = 0 }: QuietSettings, now: number): Quiet {
  if (notices === false) return { kind: 'always' };
  return quietUntil > now ? { kind: 'until', at: quietUntil } : { kind: 'off' };
}
