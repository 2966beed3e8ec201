/** What each test program prints, and what is read from it. The samples are as the programs print them. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_CASES, MOST_OUTPUT } from './cases.ts';
import { compareTests } from './compare.ts';
import { readTests, type TestReport } from './parse.ts';

function read(text: string): TestReport {
  const reader = readTests();
  for (const line of text.split('\n')) reader.line(line);
  return reader.end();
}

const SAMPLES: Readonly<Record<string, string>> = {
  'node --test': `▶ total
  ✔ rounds once (0.9ms)
  ✖ adds taxes (1.2ms)
✖ total (3.1ms)
﹣ prints (0.1ms) # SKIP
ℹ tests 3

✖ failing tests:

test at test.mjs:4:3
✖ adds taxes (1.2ms)
  AssertionError [ERR_ASSERTION]: 1 == 2`,
  TAP: `TAP version 13
# Subtest: total
    # Subtest: rounds once
    ok 1 - rounds once
      ---
      duration_ms: 0.9
      ...
    not ok 2 - adds taxes
      ---
      error: '1 == 2'
      ...
    1..2
not ok 1 - total
ok 2 - prints # SKIP not here
1..2`,
  Vitest: ` ✓ src/a.test.ts (4 tests) 5ms
 ❯ src/b.test.ts (2 tests | 1 failed) 12ms
   × total > adds taxes 6ms
     → expected 1 to be 2

 FAIL  src/b.test.ts > total > adds taxes
AssertionError: expected 1 to be 2
⎯⎯⎯⎯⎯⎯⎯⎯
 Test Files  1 failed | 1 passed (2)`,
  Jest: `PASS src/a.test.js
FAIL src/b.test.js
  total
    ✓ rounds once (3 ms)
    ✕ adds taxes (4 ms)
    ○ skipped prints

  ● total › adds taxes

    expect(received).toBe(expected)

Tests:       1 failed, 1 skipped, 2 passed, 4 total`,
  pytest: `test_a.py ..s                        [ 75%]
test_b.py F                          [100%]
=================== FAILURES ===================
___________________ test_taxes ___________________
>       assert 1 == 2
E       assert 1 == 2
=========== short test summary info ============
FAILED test_b.py::test_taxes - assert 1 == 2
========= 1 failed, 2 passed, 1 skipped in 0.02s =========`,
  unittest: `test_round (m.Total.test_round) ... ok
test_taxes (m.Total.test_taxes) ... FAIL
======================================================================
FAIL: test_taxes (m.Total.test_taxes)
----------------------------------------------------------------------
AssertionError: 1 != 2
----------------------------------------------------------------------
Ran 2 tests in 0.001s`,
  'go test': `=== RUN   TestRound
--- PASS: TestRound (0.00s)
=== RUN   TestTaxes
--- FAIL: TestTaxes (0.01s)
    total_test.go:9: got 1, want 2
FAIL	example.com/shop	0.012s
ok  	example.com/other	(cached)`,
  'cargo test': `     Running unittests src/lib.rs (target/debug/deps/shop-1)
running 3 tests
test total::rounds ... ok
test total::taxes ... FAILED
test total::slow ... ignored

failures:

---- total::taxes stdout ----
assertion failed: left == right

failures:
    total::taxes
test result: FAILED. 1 passed; 1 failed; 1 ignored`,
  JUnit: `<testsuite name="t"><testcase name="rounds" classname="Total" time="0.2"/>
<testcase name="taxes" classname="Total" time="0.1"><failure message="1 &lt; 2">at Total
line 9</failure></testcase></testsuite>`,
};

const COUNTS: Readonly<Record<string, readonly [number, number, number]>> = {
  'node --test': [1, 1, 1],
  TAP: [1, 1, 1],
  Vitest: [5, 1, 0],
  Jest: [2, 1, 1],
  pytest: [2, 1, 1],
  unittest: [1, 1, 0],
  'go test': [2, 1, 0],
  'cargo test': [1, 1, 1],
  JUnit: [1, 1, 0],
};

const FAILURE: Readonly<Record<string, readonly [string | null, string, string]>> = {
  'node --test': ['total', 'adds taxes', 'AssertionError'],
  TAP: ['total', 'adds taxes', '1 == 2'],
  Vitest: ['src/b.test.ts', 'total › adds taxes', 'expected 1 to be 2'],
  Jest: ['total', 'adds taxes', 'expect(received)'],
  pytest: ['test_b.py', 'test_taxes', 'assert 1 == 2'],
  unittest: ['m.Total.test_taxes', 'test_taxes', '1 != 2'],
  'go test': ['example.com/shop', 'TestTaxes', 'got 1, want 2'],
  'cargo test': ['src/lib.rs', 'total::taxes', 'assertion failed'],
  JUnit: ['Total', 'taxes', '1 < 2'],
};

describe.each(Object.keys(SAMPLES))('%s', (format) => {
  const report = read(SAMPLES[format] ?? '');

  it('is known by what it prints, and counted', () => {
    expect(report.format).toBe(format);
    expect([report.passed, report.failed, report.skipped]).toEqual(COUNTS[format]);
  });

  it('names what failed, with its output', () => {
    const [suite, name, said] = FAILURE[format] ?? [];
    const failed = report.cases.filter(({ outcome }) => outcome === 'failed');
    expect(failed).toMatchObject([{ suite, name }]);
    expect(failed[0]?.output).toContain(said);
  });
});

const pieces = Object.values(SAMPLES).flatMap((text) => text.split('\n'));

it('nothing that is printed makes it fail, and the counts hold', () => {
  const line = fc.oneof(fc.constantFrom(...pieces), fc.string(), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 24 }), (lines) => {
      const { cases, passed, failed, skipped } = read(lines.join('\n'));
      expect(cases.length).toBeLessThanOrEqual(passed + failed + skipped);
      expect(cases.filter(({ outcome }) => outcome === 'failed').length).toBeLessThanOrEqual(
        failed,
      );
    }),
  );
});

it('keeps so many cases, failures before others, and so much of their output', () => {
  const many = Array.from({ length: MOST_CASES + 50 }, (_, n) => `test case_${n} ... ok`);
  const text = [
    ...many,
    'test broken ... FAILED',
    '---- broken stdout ----',
    'x'.repeat(3 * MOST_OUTPUT),
  ];
  const report = read(text.join('\n'));
  expect(report.cases).toHaveLength(MOST_CASES);
  expect(report).toMatchObject({ isCut: true, passed: MOST_CASES + 50, failed: 1 });
  expect(report.cases.at(-1)?.output).toHaveLength(MOST_OUTPUT);
});

it('what was fixed and what was broken between two runs', () => {
  const before = read('test a ... FAILED\ntest b ... ok\ntest c ... FAILED').cases;
  const after = read('test a ... ok\ntest b ... FAILED\ntest c ... FAILED').cases;
  expect(compareTests(before, after)).toEqual({ fixed: ['a'], broke: ['b'], still: ['c'] });
});
