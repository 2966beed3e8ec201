/**
 * The cases in what a test program printed, whatever the program: every known way to print reads along, and the one that
 * understood most is believed. Pure and bounded; nothing that is printed makes it fail.
 */
import { z } from 'zod';
import { createCases, TestCase } from './cases.ts';
import { jest, nodeSpec, tap, vitest, type LineReader } from './javascript.ts';
import { cargo, goTest, junit, pytest, unittest } from './others.ts';

export const TestReport = z.strictObject({
  /** Whose way to print it was; `null`: none that is known, so that there are no cases. */
  format: z.string().nullable(),
  cases: z.array(TestCase),
  passed: z.int().min(0),
  failed: z.int().min(0),
  skipped: z.int().min(0),
  /** True when there were more cases than are listed. */
  isCut: z.boolean(),
});
export type TestReport = z.infer<typeof TestReport>;

export interface TestReader {
  /** One line without its end and without escape sequences. */
  line(text: string): void;
  end(): TestReport;
}

const FORMATS = {
  'node --test': nodeSpec,
  TAP: tap,
  Vitest: vitest,
  Jest: jest,
  pytest,
  unittest,
  'go test': goTest,
  'cargo test': cargo,
  JUnit: junit,
};
/** What is longer is no line about a test; JUnit may put all of its XML on one. */
const LONGEST_LINE = 64 * 1024;

export function readTests(): TestReader {
  const all = Object.entries(FORMATS).map(([format, read]) => {
    const cases = createCases();
    const line: LineReader = read(cases);
    return { format, cases, line };
  });
  return {
    line(text) {
      const bounded = text.length > LONGEST_LINE ? text.slice(0, LONGEST_LINE) : text.trimEnd();
      for (const reader of all) reader.line(bounded);
    },
    end() {
      // Jest tells its last file by what follows it.
      for (const reader of all) reader.line('Tests: ');
      const sum = ({ cases: { counts } }: (typeof all)[number]): number =>
        counts.passed + counts.failed + counts.skipped;
      const best = all.reduce((a, b) => (sum(b) > sum(a) ? b : a));
      const isAny = sum(best) > 0;
      const { counts, isCut } = best.cases;
      return { format: isAny ? best.format : null, cases: best.cases.list(), ...counts, isCut };
    },
  };
}
