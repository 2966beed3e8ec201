/**
 * The settings of a running coordinator: those of `config.yaml`, under those that `koubou serve` was given. A change is written
 * to the file first; what can be changed in a running coordinator is in force at once, the rest after a restart.
 */
import { rejection } from '../../../shared/errors.ts';
import type { SettingsView } from '../../../shared/contract-settings.ts';
import type { GitHubRule } from '../../../shared/github-rules.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import {
  mistakeIn,
  SettingKey,
  settingOf,
  SETTINGS,
  Settings,
  type SettingValue,
} from '../../../shared/settings.ts';
import {
  changedRules,
  changedText,
  etagOf,
  namedIn,
  parseSettings,
  readSettingsFile,
  settingsFileIn,
  writeSettingsFile,
  type SettingsChange,
} from './file.ts';

/** What an argument of `koubou serve` decides, whatever the file says. */
export type Given = Readonly<Partial<Record<SettingKey, { value: SettingValue; flag: string }>>>;

export interface WorkshopSettings {
  /** What the file said when it was last read and right; arguments of `koubou serve` are not in it. */
  current(): Settings;
  /** Reads the file again; what is in it and can be taken up at once is in force then. */
  view(): SettingsView;
  /** Refused when the file is another one than the caller saw, or is not right afterwards. */
  save(etag: string, change: SettingsChange): Result<SettingsView>;
  /** All rules of `github.rules` at once; refused as with `save`. */
  saveRules(etag: string, rules: readonly GitHubRule[]): Result<SettingsView>;
}

/** Opens the settings of a data folder; the error is a text for the user. */
export function openSettings(dataDir: string, given: Given): Result<WorkshopSettings, string> {
  const file = settingsFileIn(dataDir);
  let text: string;
  try {
    text = readSettingsFile(file);
  } catch (error) {
    return fail(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const first = parseSettings(text);
  if (!first.ok) {
    const { line, message } = first.error;
    return fail(`${file}${line === null ? '' : `, line ${line}`} cannot be used: ${message}`);
  }
  return ok(createSettings(file, first.value, given));
}

function createSettings(file: string, atStart: Settings, given: Given): WorkshopSettings {
  const defaults = Settings.parse({});
  let current = atStart;

  function inForce(key: SettingKey): SettingValue {
    return (
      given[key]?.value ?? settingOf(SETTINGS[key].takes === 'restart' ? atStart : current, key)
    );
  }

  function viewOf(text: string): SettingsView {
    const parsed = parseSettings(text);
    if (parsed.ok) current = parsed.value;
    const isNamed = parsed.ok ? namedIn(text) : () => false;
    return {
      file,
      etag: etagOf(text),
      problem: parsed.ok ? null : { line: parsed.error.line, message: parsed.error.message },
      settings: SettingKey.options.map((key) => {
        const value = settingOf(current, key);
        const usual = settingOf(defaults, key);
        const flag = given[key]?.flag ?? null;
        const source =
          flag !== null ? 'flag' : isNamed(key) || value !== usual ? 'file' : 'default';
        return { key, value, default: usual, inForce: inForce(key), source, flag };
      }),
    };
  }

  /** Writes what a change makes of the file that the caller saw, if it is right then. */
  function write(etag: string, changed: (text: string) => string): Result<SettingsView> {
    const text = readSettingsFile(file);
    if (etagOf(text) !== etag)
      return fail(rejection('settings_changed', `${file} was changed meanwhile; look at it again`));
    const before = parseSettings(text);
    if (!before.ok) {
      const { line, message } = before.error;
      const where = line === null ? '' : ` in line ${line}`;
      return fail(
        rejection('settings_unreadable', `${file} is wrong${where}: ${message}. Correct it first`),
      );
    }
    const next = changed(text);
    const after = parseSettings(next);
    if (!after.ok) return invalid(after.error.key ?? '', after.error.message);
    if (next !== text) writeSettingsFile(file, next);
    return ok(viewOf(next));
  }

  return {
    current: () => current,
    view: () => viewOf(readSettingsFile(file)),
    save: (etag, change) =>
      refusalOf(change, given) ?? write(etag, (text) => changedText(text, change)),
    saveRules: (etag, rules) => write(etag, (text) => changedRules(text, rules)),
  };
}

function refusalOf({ set }: SettingsChange, given: Given): Result<never> | null {
  for (const key of SettingKey.options) {
    if (!(key in set)) continue;
    const flag = given[key]?.flag;
    if (flag !== undefined) return invalid(key, `${flag} decides it while this coordinator runs`);
    const mistake = mistakeIn(key, set[key]);
    if (mistake) return invalid(key, mistake.message);
  }
  return null;
}

function invalid(path: string, message: string): Result<never> {
  return fail(rejection('invalid_input', `${path}: ${message}`, { fields: [{ path, message }] }));
}
