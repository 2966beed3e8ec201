/** What test programs say, collected within bounds: the cases with how they ended, and the output of those that failed. */
import { z } from 'zod';

export const TestCase = z.strictObject({
  /** The file, class or suite it is in. */
  suite: z.string().nullable(),
  name: z.string(),
  outcome: z.enum(['passed', 'failed', 'skipped']),
  durationMs: z.number().min(0).nullable(),
  /** What was printed about it; kept of failures only. */
  output: z.string().nullable(),
});
export type TestCase = z.infer<typeof TestCase>;
export type CaseOutcome = TestCase['outcome'];

export const MOST_CASES = 2_000;
export const MOST_OUTPUT = 8 * 1024;
const MOST_NAME = 300;
/** Of all outputs together. */
const MOST_TOTAL = 2 * 1024 * 1024;

export interface NewCase {
  readonly suite?: string | null | undefined;
  readonly name: string;
  readonly outcome: CaseOutcome;
  readonly durationMs?: number | null | undefined;
}

export interface Cases {
  readonly counts: Readonly<Record<CaseOutcome, number>>;
  /** True when not all cases are listed. */
  readonly isCut: boolean;
  add(found: NewCase): void;
  /** Cases that are told by their number only. */
  count(outcome: CaseOutcome, times: number): void;
  /** Puts the cases from an index on into a suite, where they have none. */
  nameSuite(from: number, suite: string): void;
  /** So many are listed. */
  size(): number;
  /** Adds a line to the output of the newest failed case of that name; `false` when there is none. */
  say(name: string, line: string): boolean;
  list(): TestCase[];
}

type Draft = { -readonly [K in keyof TestCase]: TestCase[K] };

export function createCases(): Cases {
  const drafts: Draft[] = [];
  const failed = new Map<string, Draft>();
  const counts = { passed: 0, failed: 0, skipped: 0 };
  let total = 0;
  let isCut = false;

  function hasRoomFor(outcome: CaseOutcome): boolean {
    if (drafts.length < MOST_CASES) return true;
    isCut = true;
    if (outcome !== 'failed') return false;
    // A failure is worth more than a case that passed.
    const index = drafts.findLastIndex((draft) => draft.outcome !== 'failed');
    if (index < 0) return false;
    drafts.splice(index, 1);
    return true;
  }

  return {
    counts,
    get isCut() {
      return isCut;
    },
    add({ suite = null, name, outcome, durationMs = null }) {
      counts[outcome] += 1;
      if (!hasRoomFor(outcome)) return;
      const isKnown = durationMs !== null && Number.isFinite(durationMs) && durationMs >= 0;
      const draft: Draft = {
        suite: suite === null ? null : cut(suite),
        name: cut(name),
        outcome,
        durationMs: isKnown ? durationMs : null,
        output: null,
      };
      drafts.push(draft);
      if (outcome === 'failed') failed.set(draft.name, draft);
    },
    count(outcome, times) {
      if (Number.isSafeInteger(times) && times > 0) counts[outcome] += Math.min(times, 1_000_000);
    },
    nameSuite(from, suite) {
      for (const draft of drafts.slice(from)) draft.suite ??= cut(suite);
    },
    size: () => drafts.length,
    say(name, line) {
      const draft = failed.get(cut(name));
      if (!draft) return false;
      const before = draft.output ?? '';
      const room = Math.min(MOST_OUTPUT - before.length, MOST_TOTAL - total);
      const added = `${before === '' ? '' : '\n'}${line}`.slice(0, Math.max(0, room));
      total += added.length;
      draft.output = before + added;
      return true;
    },
    list: () =>
      drafts.map((draft) => ({
        ...draft,
        output: draft.output === null ? null : withoutIndent(draft.output),
      })),
  };
}

/** `1.2 s`, `(34ms)`, `0.02s` as milliseconds; `null` for what is none. */
export function timeOf(text: string | undefined): number | null {
  const found = /([\d.]+)\s*(ms|s|m)\b/.exec(text ?? '');
  if (!found) return null;
  const value = Number(found[1]);
  return value * (found[2] === 'ms' ? 1 : found[2] === 's' ? 1_000 : 60_000);
}

function cut(text: string): string {
  return text.length > MOST_NAME ? `${text.slice(0, MOST_NAME - 1)}…` : text;
}

/** Without the space that all lines begin with, and without empty ends. */
function withoutIndent(text: string): string {
  const lines = text.split('\n');
  const indents = lines.flatMap((line) => (line.trim() === '' ? [] : [line.search(/\S/)]));
  const least = indents.reduce((a, b) => Math.min(a, b), MOST_NAME);
  return lines
    .map((line) => line.slice(least))
    .join('\n')
    .replace(/^\n+/, '')
    .trimEnd();
}
