/** What the labels of an issue say of a task. Pure. Few people may set them, so they count for more than its text. */
import type { Fact, Found, TaskSize } from './analysis.ts';
import { Need } from './need.ts';
import { SecurityLevel } from './security.ts';
import type { Specialty } from './specialty.ts';

const SPECIALTY_WORDS: Readonly<Record<Specialty, RegExp>> = {
  backend: /^(backend|back-end|server|api)$/,
  frontend: /^(frontend|front-end|ui|ux|css|web|a11y|accessibility)$/,
  testing: /^(testing|tests?|qa|flaky)$/,
  devops: /^(devops|ci|cd|ci-cd|infra|infrastructure|build|docker|deployment|release)$/,
  database: /^(database|db|sql|migrations?)$/,
  security: /^(security|vulnerability|cve)$/,
  documentation: /^(documentation|docs?)$/,
  general: /^general$/,
};

const SIZE_WORDS: Readonly<Record<TaskSize, RegExp>> = {
  small: /^(xs|s|small|tiny|trivial|good-first-issue|easy)$/,
  medium: /^(m|medium)$/,
  large: /^(l|xl|xxl|large|huge|epic)$/,
};

const NEED_WORDS: Readonly<Record<string, string>> = {
  gpu: 'gpu',
  cuda: 'gpu',
  windows: 'os.windows',
  macos: 'os.macos',
  linux: 'os.linux',
  arm64: 'arch.arm64',
};

/** `os:linux`, `arch: arm64` and `memory:16g` as conditions, `needs:python3` as a word. */
const NEED_KINDS = new Set(['os', 'arch', 'memory']);
/** Words before a colon or a slash that only say what kind of label it is. */
const KINDS =
  /^(area|component|type|kind|topic|scope|team|specialty|security|clearance|visibility)$/;

export function byLabels(labels: readonly string[]): Found {
  const all = labels.map(byLabel);
  const needs = all.flatMap((one) => one.needs ?? []);
  const first = <K extends 'specialty' | 'size' | 'security' | 'location'>(field: K): Found[K] =>
    all.find((one) => one[field] !== undefined)?.[field];
  return {
    specialty: first('specialty'),
    needs,
    size: first('size'),
    security: first('security'),
    location: first('location'),
  };
}

function byLabel(label: string): Found {
  const why = `label ${label}`.slice(0, 200);
  const fact = <T>(value: T): Fact<T> => ({ value, from: 'label', why });
  const { kind, text } = partsOf(label);
  const word = text.toLowerCase().replaceAll(/\s+/g, '-');
  if (kind === 'location' || kind === 'at') return { location: fact(text.slice(0, 100)) };
  if (kind === 'size' || kind === 'effort') {
    const size = sizeOf(word);
    return size ? { size: fact(size) } : {};
  }
  const need = needOf(kind, word);
  if (need !== null) return { needs: [fact(need)] };
  if (kind !== null && !KINDS.test(kind)) return {};
  const level = SecurityLevel.safeParse(word);
  if (level.success) return { security: fact(level.data) };
  const specialty = specialtyOf(word);
  if (specialty) return { specialty: fact(specialty) };
  // A single letter is a size only where it is said to be one.
  const size = word.length > 2 ? sizeOf(word) : undefined;
  return size ? { size: fact(size) } : {};
}

/** `area/ui`, `size: S`, `koubou:needs=gpu`, and plain words. */
function partsOf(label: string): { kind: string | null; text: string } {
  const plain = label.replace(/^koubou:\s*/i, '').trim();
  const at = plain.search(/[:/=]/);
  if (at <= 0) return { kind: null, text: plain };
  return { kind: plain.slice(0, at).trim().toLowerCase(), text: plain.slice(at + 1).trim() };
}

function needOf(kind: string | null, word: string): string | null {
  if (kind === 'needs' || kind === 'requires' || (kind !== null && NEED_KINDS.has(kind))) {
    const known = Object.hasOwn(NEED_WORDS, word) ? NEED_WORDS[word] : undefined;
    const need = kind === 'os' || kind === 'arch' ? `${kind}.${word}` : known;
    const parsed = Need.safeParse(need ?? (kind === 'memory' ? `memory.${word}` : word));
    // A label may not choose the very machine, nor what it may see.
    const isOwn = parsed.success && /^(not\.)?(agent|clearance)\./.test(parsed.data);
    return parsed.success && !isOwn ? parsed.data : null;
  }
  if (kind !== null && kind !== 'platform') return null;
  return Object.hasOwn(NEED_WORDS, word) ? (NEED_WORDS[word] ?? null) : null;
}

function specialtyOf(word: string): Specialty | undefined {
  return keyOf(SPECIALTY_WORDS, word);
}

function sizeOf(word: string): TaskSize | undefined {
  return keyOf(SIZE_WORDS, word);
}

function keyOf<K extends string>(words: Readonly<Record<K, RegExp>>, word: string): K | undefined {
  for (const key in words) if (words[key].test(word)) return key;
  return undefined;
}
