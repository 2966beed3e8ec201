/** `config.yaml`: read with the place of each mistake, and changed without harm to what else is in it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { enginePolicyOf } from '../../../shared/engine-policy.ts';
import { DEFAULT_LIMITS, SettingKey, settingOf, Settings } from '../../../shared/settings.ts';
import { changedText, parseSettings } from './file.ts';
import { openSettings, type WorkshopSettings } from './settings.ts';

let dir: string;
let file: string;

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-settings-'));
  file = path.join(dir, 'config.yaml');
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

const UNSET = Settings.parse({});

function opened(text?: string, given = {}): WorkshopSettings {
  if (text !== undefined) writeFileSync(file, text);
  const settings = openSettings(dir, given);
  if (!settings.ok) throw new Error(settings.error);
  return settings.value;
}

function one(settings: WorkshopSettings, key: SettingKey) {
  return settings.view().settings.find((setting) => setting.key === key);
}

describe('a file', () => {
  test.each([[undefined], [''], ['# nothing yet\n']])('%j sets nothing', (text) => {
    expect(opened(text).current()).toEqual(UNSET);
    expect(UNSET.limits).toEqual(DEFAULT_LIMITS);
    expect(UNSET.lan).toEqual({ open: false, host: '0.0.0.0', port: 8443 });
  });

  test('may set single values', () => {
    expect(opened('limits:\n  testMs: 2000\n').current().limits).toEqual({
      ...DEFAULT_LIMITS,
      testMs: 2000,
    });
  });

  test('orders engines by a list, a map, or as the settings screen writes them', () => {
    const text =
      'engines:\n  order: [codex, ollama]\n  bySpecialty: { testing: [ollama, codex] }\n  cheapFor: [documentation]\n';
    const settings = opened(text);
    const policy = {
      order: ['codex', 'ollama'],
      bySpecialty: { testing: ['ollama', 'codex'] },
      cheapFor: ['documentation'],
      claudeModel: null,
    };
    expect(enginePolicyOf(settings.current())).toEqual(policy);
    const bySpecialty = one(settings, 'engines.bySpecialty')?.value ?? null;
    expect(bySpecialty).toBe('testing: ollama, codex');
    const saved = settings.save(settings.view().etag, {
      set: { 'engines.order': 'ollama,codex', 'engines.bySpecialty': bySpecialty },
      unset: [],
    });
    expect(saved.ok).toBe(true);
    expect(enginePolicyOf(settings.current())).toEqual({ ...policy, order: ['ollama', 'codex'] });
    expect(readFileSync(file, 'utf8')).toMatch(/cheapFor: \[ ?documentation ?\]/);
  });

  test.each([
    ['engines.order', 'codex, codex'],
    ['engines.order', 'command'],
    ['engines.order', ''],
    ['engines.bySpecialty', 'testing ollama'],
    ['engines.bySpecialty', 'testing: nobody'],
    ['engines.cheapFor', 'everything'],
  ] as const)('names no engine or specialty that there is not: %s %j', (key, value) => {
    const settings = opened();
    const saved = settings.save(settings.view().etag, { set: { [key]: value }, unset: [] });
    expect(saved).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  });

  test('that places the door opens it, unless it says otherwise', () => {
    const lan = { open: true, host: '192.168.1.5', port: 8443 };
    expect(opened('lan: { host: 192.168.1.5 }\n').current().lan).toEqual(lan);
    expect(opened('lan: { host: 192.168.1.5, open: false }\n').current().lan).toEqual({
      ...lan,
      open: false,
    });
  });

  test.each([
    ['a key nobody knows', 'backups:\n  keep: 3\nlimit:\n  testMs: 1\n', 'line 3', 'limit'],
    ['a limit nobody knows', 'limits:\n  testSeconds: 1\n', 'line 2', 'limits.testSeconds'],
    ['a limit that is no number', 'limits:\n\n  testMs: soon\n', 'line 3', 'limits.testMs'],
    ['no time at all', 'limits:\n  engineMs: 0\n', 'line 2', 'limits.engineMs'],
    ['a port that is none', '# door\nlan: { port: 99999 }\n', 'line 2', 'lan.port'],
    ['a list', '- limits\n', '', 'object'],
    ['what is no YAML', 'limits: {\n', 'line 2', 'YAML'],
  ])('with %s stops the start with its place', (_, text, line, what) => {
    writeFileSync(file, text);
    const settings = openSettings(dir, {});
    const error = settings.ok ? '' : settings.error;
    expect(error).toContain(file);
    expect(error).toContain(line);
    expect(error).toContain(what);
  });
});

describe('a change', () => {
  const TEXT = '# the door\nlan:\n  port: 9443 # beside another\n\nlimits: { testMs: 2000 }\n';

  test('keeps comments and all else, and is in force at once where it can be', () => {
    const settings = opened(TEXT);
    const saved = settings.save(settings.view().etag, {
      set: { 'backups.keep': 3, 'lan.port': 9000 },
      unset: ['limits.testMs'],
    });
    expect(saved.ok).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe(
      '# the door\nlan:\n  port: 9000 # beside another\n  open: true\nbackups:\n  keep: 3\n',
    );
    expect(settings.current()).toMatchObject({ backups: { keep: 3 }, limits: DEFAULT_LIMITS });
    expect(one(settings, 'backups.keep')).toMatchObject({ inForce: 3, default: 7, source: 'file' });
    // The door stands where it stood until the coordinator starts again.
    expect(one(settings, 'lan.port')).toMatchObject({ value: 9000, inForce: 9443 });
    expect(readdirSync(dir)).toEqual(['config.yaml']);
  });

  test('of a closed door does not open it', () => {
    const settings = opened();
    settings.save(settings.view().etag, { set: { 'lan.port': 9000 }, unset: [] });
    expect(settings.current().lan).toEqual({ open: false, host: '0.0.0.0', port: 9000 });
  });

  test('is refused when somebody else changed the file meanwhile', () => {
    const settings = opened(TEXT);
    const { etag } = settings.view();
    writeFileSync(file, 'backups: { keep: 9 }\n');
    const saved = settings.save(etag, { set: { 'backups.keep': 3 }, unset: [] });
    expect(saved.ok ? null : saved.error.code).toBe('settings_changed');
    expect(readFileSync(file, 'utf8')).toBe('backups: { keep: 9 }\n');
  });

  test('is refused as a whole when one part is wrong, or an argument decides it', () => {
    const settings = opened(TEXT, { 'agents.count': { value: 2, flag: '--agents' } });
    const { etag } = settings.view();
    const wrong = settings.save(etag, { set: { 'backups.keep': 3, 'lan.port': -1 }, unset: [] });
    expect(wrong.ok ? null : wrong.error.details).toMatchObject({ fields: [{ path: 'lan.port' }] });
    const decided = settings.save(etag, { set: { 'agents.count': 3 }, unset: [] });
    expect(decided.ok ? null : decided.error.message).toContain('--agents');
    expect(one(settings, 'agents.count')).toMatchObject({ inForce: 2, source: 'flag' });
    expect(readFileSync(file, 'utf8')).toBe(TEXT);
  });

  test('by hand that is wrong leaves in force what was, and names the line', () => {
    const settings = opened(TEXT);
    writeFileSync(file, 'limits:\n  testMs: soon\n');
    const { problem, etag } = settings.view();
    expect(problem).toMatchObject({ line: 2 });
    expect(settings.current().limits.testMs).toBe(2000);
    const saved = settings.save(etag, { set: { 'backups.keep': 3 }, unset: [] });
    expect(saved.ok ? null : saved.error.code).toBe('settings_unreadable');
  });

  test('of any settings reads back as it was meant, and its undoing as it was', () => {
    const good = fc.record(
      {
        'workshop.name': fc.constantFrom('Aya: "shop"', '工房', null),
        'agents.count': fc.integer({ min: 0, max: 32 }),
        'lan.open': fc.boolean(),
        'lan.port': fc.integer({ min: 0, max: 65_535 }),
        'limits.testMs': fc.integer({ min: 1, max: 1_000_000 }),
        'backups.every': fc.double({ min: 0, max: 100, noNaN: true }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(good, fc.constantFrom('', TEXT, '# only this\n', 'lan: null\n'), (set, text) => {
        const before = parseSettings(text);
        const after = parseSettings(changedText(text, { set, unset: [] }));
        if (!before.ok || !after.ok) throw new Error('does not read back');
        for (const key of SettingKey.options) {
          const meant = key in set ? Object.entries(set).find(([name]) => name === key)?.[1] : null;
          const expected = key in set ? meant : settingOf(before.value, key);
          // Zero has one sign in YAML.
          expect(settingOf(after.value, key)).toEqual(expected === 0 ? 0 : expected);
        }
        const all = { set: {}, unset: SettingKey.options };
        expect(parseSettings(changedText(changedText(text, { set, unset: [] }), all))).toEqual({
          ok: true,
          value: UNSET,
        });
      }),
      { numRuns: 60 },
    );
  });
});
