/**
 * `<data>/config.yaml` as a text: reads it with the line of each mistake, and changes single settings in it without touching
 * what else people wrote there. Pure but for `readSettingsFile` and `writeSettingsFile`.
 */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';
import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import type { GitHubRule } from '../../../shared/github-rules.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import {
  pathOfSetting,
  Settings,
  type SettingKey,
  type SettingValue,
} from '../../../shared/settings.ts';
import { syncPath } from '../db/durable.ts';

/** Why a text cannot be used. `key`: the setting at fault, as `limits.testMs`. */
export interface SettingsProblem {
  readonly line: number | null;
  readonly key: string | null;
  readonly message: string;
}

export interface SettingsChange {
  readonly set: Readonly<Partial<Record<SettingKey, SettingValue>>>;
  readonly unset: readonly SettingKey[];
}

export function settingsFileIn(dataDir: string): string {
  return path.join(dataDir, 'config.yaml');
}

/** The text; empty when there is no file. Throws when it cannot be read. */
export function readSettingsFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

/** Whole or not at all, and on disk when it returns. */
export function writeSettingsFile(file: string, text: string): void {
  const draft = `${file}.new`;
  const handle = openSync(draft, 'w', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(draft, file);
  syncPath(path.dirname(file));
}

export function etagOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** What a text sets, defaults filled in; or the first thing that is wrong with it. */
export function parseSettings(text: string): Result<Settings, SettingsProblem> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [mistake] = document.errors;
  if (mistake) {
    const line = mistake.linePos?.[0].line ?? null;
    return fail({ line, key: null, message: `is not YAML: ${mistake.message}` });
  }
  const parsed = Settings.safeParse(document.toJS() ?? {});
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  if (!issue) throw parsed.error;
  return fail(problemOf(issue, document, lines));
}

/** The settings that a text names itself. */
export function namedIn(text: string): (key: SettingKey) => boolean {
  const document = parseDocument(text);
  return (key) => document.hasIn(pathOfSetting(key));
}

/** The text with these settings changed; comments, order and all else stay. The text must be one that parses. */
export function changedText(text: string, { set, unset }: SettingsChange): string {
  const document: Document = parseDocument(text);
  const before = Settings.parse(document.toJS() ?? {});
  if (!isMap(document.contents)) document.contents = document.createNode({});
  for (const [key, value] of Object.entries(set)) {
    const [group, name] = key.split('.');
    if (!isMap(document.get(group))) document.set(group, document.createNode({}));
    document.setIn([group, name], value);
  }
  for (const key of unset) {
    const place = pathOfSetting(key);
    if (!document.hasIn(place)) continue;
    document.deleteIn(place);
    const group = document.get(place[0]);
    if (isMap(group) && group.items.length === 0) document.delete(place[0]);
  }
  // A door that is named is open: one that was closed must go on saying so.
  const lan = document.get('lan');
  if (isMap(lan) && !lan.has('open'))
    lan.set('open', unset.includes('lan.open') ? false : before.lan.open);
  return isMap(document.contents) && document.contents.items.length === 0 && text.trim() === ''
    ? ''
    : document.toString({ lineWidth: 0 });
}

/** The text with these rules in the place of those before. */
export function changedRules(text: string, rules: readonly GitHubRule[]): string {
  const document: Document = parseDocument(text);
  if (!isMap(document.contents)) document.contents = document.createNode({});
  if (!isMap(document.get('github'))) document.set('github', document.createNode({}));
  document.setIn(['github', 'rules'], document.createNode(rules));
  return document.toString({ lineWidth: 0 });
}

function problemOf(
  issue: z.core.$ZodIssue,
  document: Document,
  lines: LineCounter,
): SettingsProblem {
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const at = issue.path.map(String);
  const place = unknown === undefined ? at : [...at, unknown];
  const key = place.length === 0 ? null : place.join('.');
  const what = unknown === undefined ? issue.message : 'there is no such setting';
  const message = key === null ? what : `${key}: ${what}`;
  return { line: lineOf(place, document, lines), key, message };
}

/** Where the deepest part of a path that is there begins. */
function lineOf(place: readonly string[], document: Document, lines: LineCounter): number | null {
  for (let length = place.length; length > 0; length -= 1) {
    const parent: unknown = document.getIn(place.slice(0, length - 1), true);
    if (!isMap(parent)) continue;
    const pair = parent.items.find(({ key }) => isScalar(key) && key.value === place[length - 1]);
    const range = pair && isNode(pair.key) ? pair.key.range : undefined;
    if (range) return lines.linePos(range[0]).line;
  }
  return null;
}
