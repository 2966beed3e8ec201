/**
 * The words among needs that are conditions and not the names of tools: `agent.ID`, `group.NAME`, `os.linux`, `arch.arm64`,
 * `memory.16g`, `at.LOCATION`, `clearance.LEVEL`, each also as `not.…`. They ask what people said of an agent or what the system
 * told, never its labels: an agent cannot say itself into another group, place or clearance. Pure.
 */
import type { Agent } from './agent.ts';
import type { Lack } from './attempt.ts';
import { maySee, SECURITY_LEVELS, type SecurityLevel } from './security.ts';

/** What conditions are asked of. */
export type Asked = Pick<Agent, 'id' | 'capabilities' | 'profile'>;

/** What keeps the agent from it, in words and for programs. */
export interface Missing {
  readonly why: string;
  readonly lack: Lack;
}

type Check = (agent: Asked, value: string) => boolean;

const CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['agent', ({ id }, value) => id === value],
  ['group', ({ profile }, value) => profile.groups.some((group) => slugOf(group) === value)],
  ['os', ({ capabilities }, value) => capabilities.os === (OS_NAMES.get(value) ?? value)],
  ['arch', ({ capabilities }, value) => capabilities.arch === value],
  ['memory', ({ capabilities }, value) => capabilities.memoryBytes >= bytesOf(value)],
  ['at', ({ profile }, value) => profile.location !== null && standsAt(profile.location, value)],
  ['clearance', ({ profile }, value) => isCleared(profile.clearance, value)],
]);

/** Where people have another word than the system. */
const OS_NAMES: ReadonlyMap<string, string> = new Map([
  ['macos', 'darwin'],
  ['windows', 'win32'],
]);

const NOT = 'not.';

/** Longer ones are cut, and told apart by a sum of all of their letters. */
const MOST_SLUG = 56;

/** A need that is a condition, read. */
export interface Condition {
  readonly need: string;
  readonly name: string;
  readonly value: string;
  readonly isNot: boolean;
  readonly check: Check;
}

/** `null`: the need is the name of a tool, a specialty or a label. */
export function conditionIn(need: string): Condition | null {
  const isNot = need.startsWith(NOT);
  const rest = isNot ? need.slice(NOT.length) : need;
  const point = rest.indexOf('.');
  if (point < 0) return null;
  const name = rest.slice(0, point);
  const check = CHECKS.get(name);
  return check ? { need, name, value: rest.slice(point + 1), isNot, check } : null;
}

/** What keeps the agent from meeting the condition; `null`: nothing. */
export function unmet(
  agent: Asked,
  { need, name, value, isNot, check }: Condition,
): Missing | null {
  if (check(agent, value) !== isNot) return null;
  if (isNot) return { why: `is ruled out by ${need}`, lack: { code: 'missing', about: need } };
  if (name === 'clearance') {
    const why = `is not cleared for ${value} work`;
    return { why, lack: { code: 'not_cleared', about: value } };
  }
  if (name === 'at')
    return { why: `does not stand in ${value}`, lack: { code: 'wrong_place', about: value } };
  return { why: `lacks ${need}`, lack: { code: 'missing', about: need } };
}

/** The need for agents that stand there. @param location as people write it */
export function needAt(location: string): string {
  return `at.${slugOf(location)}`;
}

/** The need for agents that are cleared for it. */
export function needCleared(level: SecurityLevel): string {
  return `clearance.${level}`;
}

/**
 * A name as a word: `Tokyo, 3rd floor` is `tokyo-3rd-floor`. Letters of other alphabets stand as their numbers, so that no two
 * places that people tell apart become one.
 */
export function slugOf(name: string): string {
  const plain = name.normalize('NFKC').toLowerCase();
  const slug = Array.from(plain)
    .map((letter) => {
      if (/[a-z0-9]/.test(letter)) return letter;
      return /[\p{L}\p{N}]/u.test(letter) ? `u${(letter.codePointAt(0) ?? 0).toString(16)}` : '-';
    })
    .join('')
    .replaceAll(/-+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return slug.length <= MOST_SLUG ? slug : `${slug.slice(0, MOST_SLUG - 8)}-${sumOf(plain)}`;
}

/** `Tokyo, 3rd floor` stands in `tokyo`, and in `tokyo-3rd-floor`. */
function standsAt(location: string, value: string): boolean {
  const parts = location.split(',');
  // A name without a letter is no place.
  if (value === '') return false;
  return parts.some((_, index) => slugOf(parts.slice(0, index + 1).join(',')) === value);
}

function isCleared(clearance: SecurityLevel, value: string): boolean {
  // Asked of each agent for each kind of task.
  const level = SECURITY_LEVELS.find((one) => one === value);
  return level !== undefined && maySee(clearance, level);
}

const UNITS: Readonly<Record<string, number>> = { m: 1e6, g: 1e9, t: 1e12 };

/**
 * Decimal, so that a PC that was sold with 16 GB meets `memory.16g` although its system keeps some. What is no size nobody has.
 */
function bytesOf(value: string): number {
  const [, digits = '', unit = ''] = /^([0-9]{1,6})([mgt])$/.exec(value) ?? [];
  const factor = UNITS[unit];
  return factor === undefined ? Infinity : Number(digits) * factor;
}

/** FNV-1a over UTF-16 units, as seven letters. */
function sumOf(text: string): string {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193) >>> 0;
  }
  return sum.toString(36).padStart(7, '0');
}
