/** What pytest, unittest, go test and cargo test print, and JUnit's XML. Tolerant: unknown lines are passed over. */
import { timeOf, type CaseOutcome, type Cases } from './cases.ts';
import type { LineReader } from './javascript.ts';

const PYTEST: Readonly<Record<string, CaseOutcome>> = {
  PASSED: 'passed',
  XFAIL: 'passed',
  FAILED: 'failed',
  ERROR: 'failed',
  XPASS: 'failed',
  SKIPPED: 'skipped',
};
const DOTS: Readonly<Record<string, CaseOutcome>> = {
  '.': 'passed',
  x: 'passed',
  F: 'failed',
  E: 'failed',
  X: 'failed',
  s: 'skipped',
};

/** pytest: dots for each file, or a line for each test with `-v`; `____ test ____` with the error. */
export function pytest(cases: Cases): LineReader {
  let telling: string | null = null;
  const outputs = new Map<string, string[]>();
  let isVerbose = false;
  return (line) => {
    const title = /^_{3,} (?:ERROR (?:at \w+ of )?)?(.+?) _{3,}$/.exec(line);
    if (title) {
      telling = (title[1] ?? '').replaceAll('.', '::');
      outputs.set(telling, []);
      return;
    }
    const single = /^(\S+?\.py)::(\S.*?) (PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS)\b/.exec(line);
    if (single) {
      const [, suite = '', name = '', word = ''] = single;
      isVerbose = true;
      cases.add({ suite, name, outcome: PYTEST[word] ?? 'failed' });
      return;
    }
    const dots = /^(\S+\.py) ([.FEsxX]+)(?:\s+\[\s*\d+%\])?$/.exec(line);
    if (dots && !isVerbose) return countDots(cases, dots[1] ?? '', dots[2] ?? '');
    const failed = /^(?:FAILED|ERROR) (\S+?\.py)::(\S+)(?: - (.*))?$/.exec(line);
    if (failed) {
      const [, suite = '', name = '', why] = failed;
      if (!isVerbose) cases.add({ suite, name, outcome: 'failed' });
      const said = outputs.get(name) ?? (why === undefined ? [] : [why]);
      for (const text of said) cases.say(name, text);
      return;
    }
    if (/^={3,}/.test(line)) telling = null;
    const said = telling === null ? undefined : outputs.get(telling);
    if (said && said.length < 200) said.push(line);
  };
}

/** Failures are named at the end, with `FAILED`; the others are told by number. */
function countDots(cases: Cases, suite: string, dots: string): void {
  for (const outcome of ['passed', 'skipped'] as const) {
    const times = dots.split('').filter((dot) => DOTS[dot] === outcome).length;
    if (times === 0) continue;
    cases.add({ suite, name: `${times} ×`, outcome });
    cases.count(outcome, times - 1);
  }
}

/** Python's unittest: `test_a (m.C.test_a) ... ok` with `-v`; `FAIL: test_a (m.C.test_a)` with the error. */
export function unittest(cases: Cases): LineReader {
  let telling: string | null = null;
  let isVerbose = false;
  return (line) => {
    const single =
      /^(\w+) \(([\w.]+)\)(?:.*)? \.\.\. (ok|FAIL|ERROR|skipped|expected failure)/.exec(line);
    if (single) {
      const [, name = '', suite, word] = single;
      isVerbose = true;
      const passed = word === 'ok' || word === 'expected failure';
      cases.add({
        suite,
        name,
        outcome: passed ? 'passed' : word === 'skipped' ? 'skipped' : 'failed',
      });
      return;
    }
    const head = /^(?:FAIL|ERROR): (\w+) \(([\w.]+)\)/.exec(line);
    if (head) {
      telling = head[1] ?? null;
      if (!isVerbose) cases.add({ suite: head[2], name: head[1] ?? '', outcome: 'failed' });
      return;
    }
    const ran = /^Ran (\d+) tests? in/.exec(line);
    if (ran) {
      telling = null;
      const others = Number(ran[1]) - cases.counts.failed;
      if (!isVerbose && others > 0) {
        cases.add({ name: `${others} ×`, outcome: 'passed' });
        cases.count('passed', others - 1);
      }
    } else if (telling !== null && !/^[=-]{10,}$/.test(line)) cases.say(telling, line);
  };
}

const GO: Readonly<Record<string, CaseOutcome>> = {
  PASS: 'passed',
  FAIL: 'failed',
  SKIP: 'skipped',
};

/** `go test`: `--- FAIL: TestX (0.00s)`, what it printed under it, and a line for each package. */
export function goTest(cases: Cases): LineReader {
  let from = 0;
  let telling: string | null = null;
  return (line) => {
    const single = /^\s*--- (PASS|FAIL|SKIP): (\S+) \(([\d.]+s)\)/.exec(line);
    if (single) {
      const [, word = '', name = '', time] = single;
      const outcome = GO[word] ?? 'failed';
      cases.add({ name, outcome, durationMs: timeOf(time) });
      telling = outcome === 'failed' ? name : null;
      return;
    }
    const end = /^(ok|FAIL|---)\s+(\S+)\s+(?:([\d.]+s)|\(cached\)|\[.*\])/.exec(line);
    if (end && end[1] !== '---') {
      const [, word, name = '', time] = end;
      if (cases.size() === from) {
        const outcome = word === 'ok' ? 'passed' : 'failed';
        cases.add({ suite: null, name, outcome, durationMs: timeOf(time) });
      } else cases.nameSuite(from, name);
      from = cases.size();
      telling = null;
    } else if (telling !== null && /^\s/.test(line)) cases.say(telling, line);
    else telling = null;
  };
}

/** `cargo test`: `test m::name ... ok`, and `---- m::name stdout ----` with what a failed one printed. */
export function cargo(cases: Cases): LineReader {
  let suite: string | null = null;
  let telling: string | null = null;
  return (line) => {
    const single = /^test (\S.*?)(?: - should panic)? \.\.\. (ok|FAILED|ignored)/.exec(line);
    if (single) {
      const [, name = '', word] = single;
      const outcome = word === 'ok' ? 'passed' : word === 'FAILED' ? 'failed' : 'skipped';
      cases.add({ suite, name, outcome });
      return;
    }
    const running = /^\s*(?:Running|Doc-tests)\s+(?:unittests\s+)?(\S+)/.exec(line);
    if (running) suite = running[1] ?? null;
    const told = /^---- (\S.*) stdout ----$/.exec(line);
    if (told) telling = told[1] ?? null;
    else if (line === 'failures:' || line.startsWith('test result:')) telling = null;
    else if (telling !== null) cases.say(telling, line);
  };
}

const TAG = /<(\/?)(testcase|failure|error|skipped)\b([^>]*?)(\/?)>/g;

interface OpenCase {
  readonly suite: string | null;
  readonly name: string;
  readonly durationMs: number | null;
  outcome: CaseOutcome;
  readonly said: string[];
}

/** JUnit's XML, where a program prints it. Only the elements that matter are read, however the lines are broken. */
export function junit(cases: Cases): LineReader {
  let open: OpenCase | null = null;
  let isTelling = false;
  const close = (): void => {
    if (!open) return;
    cases.add(open);
    if (open.outcome === 'failed') for (const text of open.said) cases.say(open.name, text);
    open = null;
    isTelling = false;
  };
  const take = (closing: string, tag: string, attributes: string, isEmpty: boolean): void => {
    if (tag === 'testcase') {
      close();
      if (closing !== '') return;
      const seconds = Number(attributeOf(attributes, 'time') ?? Number.NaN);
      open = {
        suite: attributeOf(attributes, 'classname'),
        name: attributeOf(attributes, 'name') ?? '',
        durationMs: Number.isFinite(seconds) ? seconds * 1_000 : null,
        outcome: 'passed',
        said: [],
      };
      if (isEmpty) close();
      return;
    }
    isTelling = closing === '' && !isEmpty && tag !== 'skipped';
    if (!open || closing !== '') return;
    open.outcome = tag === 'skipped' ? 'skipped' : 'failed';
    const message = attributeOf(attributes, 'message');
    if (message !== null) open.said.push(message);
  };
  return (line) => {
    if (open === null && !line.includes('<testcase')) return;
    let at = 0;
    for (const found of line.matchAll(TAG)) {
      if (isTelling) tell(open, line.slice(at, found.index));
      at = found.index + found[0].length;
      take(found[1] ?? '', found[2] ?? '', found[3] ?? '', found[4] === '/');
    }
    if (isTelling) tell(open, line.slice(at));
  };
}

function tell(open: OpenCase | null, text: string): void {
  const plain = unescaped(text.replace('<![CDATA[', '').replace(']]>', ''));
  if (open && open.said.length < 200 && plain.trim() !== '') open.said.push(plain);
}

function attributeOf(attributes: string, name: string): string | null {
  const found = new RegExp(`\\b${name}=(?:"([^"]*)"|'([^']*)')`).exec(attributes);
  const text = found?.[1] ?? found?.[2];
  return text === undefined ? null : unescaped(text);
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&#10;', '\n')
    .replaceAll('&amp;', '&');
}
