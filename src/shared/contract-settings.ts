/** The part of the contract that is about settings: what is set and why, and changing it. */
import { z } from 'zod';
import { operation } from './operation.ts';
import { SettingKey, SettingValue } from './settings.ts';

const Setting = z.strictObject({
  key: SettingKey,
  /** What the file says, or the default. */
  value: SettingValue,
  default: SettingValue,
  /** What the coordinator works with now; another one where a change waits for a restart. */
  inForce: SettingValue,
  source: z.enum(['default', 'file', 'flag']),
  /** The argument of `koubou serve` that decides it while this coordinator runs; `null`: none. */
  flag: z.string().nullable(),
});
export type Setting = z.infer<typeof Setting>;

export const SettingsView = z.strictObject({
  file: z.string(),
  /** Names what the file says: given back with a change, so that nobody's other change is overwritten. */
  etag: z.string(),
  /** Why the file cannot be used as it stands, and where; what was in force before stays. */
  problem: z.strictObject({ line: z.int().min(1).nullable(), message: z.string() }).nullable(),
  settings: z.array(Setting),
});
export type SettingsView = z.infer<typeof SettingsView>;

export const SETTINGS_OPERATIONS = {
  'settings.get': operation({
    method: 'GET',
    path: '/api/v1/settings',
    summary: 'All settings, with their defaults and where they come from',
    permission: 'admin',
    status: 200,
    input: z.strictObject({}),
    output: SettingsView,
  }),
  'settings.save': operation({
    method: 'PUT',
    path: '/api/v1/settings',
    summary: 'Change settings in config.yaml, all or none; its comments stay',
    permission: 'admin',
    status: 200,
    input: z.strictObject({
      etag: z.string().max(100),
      set: z.partialRecord(SettingKey, SettingValue).default({}),
      /** Back to their defaults. */
      unset: z.array(SettingKey).max(100).default([]),
    }),
    output: SettingsView,
  }),
} as const;
