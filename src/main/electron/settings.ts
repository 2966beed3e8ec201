/** What the desktop app remembers between starts, in `settings.json` of its own folder. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod/mini';

const Settings = z.object({
  /** What closing the window means; absent until the user was asked. */
  onClose: z.optional(z.enum(['tray', 'quit'])),
  /** Whether notices of the system are wanted; absent: yes. */
  notices: z.optional(z.boolean()),
  /** Until when none are wanted for now (epoch ms). */
  quietUntil: z.optional(z.number()),
  /** Where updates come from, and which; absent: the project's releases, those that are finished. */
  updateServer: z.optional(z.url({ protocol: /^https?$/ })),
  updateChannel: z.optional(z.enum(['stable', 'beta'])),
  window: z.optional(
    z.object({
      x: z.int(),
      y: z.int(),
      width: z.int().check(z.minimum(400)),
      height: z.int().check(z.minimum(300)),
      maximized: z.boolean(),
    }),
  ),
});
export type Settings = z.infer<typeof Settings>;

export interface SettingsFile {
  get(): Settings;
  set(change: Settings): void;
}

/** Settings that cannot be read count as none: they are a convenience, and the user is simply asked again. */
export function openSettings(dir: string): SettingsFile {
  const file = path.join(dir, 'settings.json');
  let settings = read(file);
  return {
    get: () => settings,
    set(change) {
      settings = { ...settings, ...change };
      try {
        writeFileSync(`${file}.new`, JSON.stringify(settings));
        renameSync(`${file}.new`, file);
      } catch (error) {
        process.stderr.write(`koubou: settings were not saved: ${String(error)}\n`);
      }
    },
  };
}

function read(file: string): Settings {
  try {
    return Settings.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return {};
  }
}
