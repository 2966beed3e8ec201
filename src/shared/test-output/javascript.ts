/** What the test programs of the JavaScript world print: node --test, TAP, Vitest, Jest. Tolerant: unknown lines are passed over. */
import { timeOf, type Cases } from './cases.ts';

/** Takes the lines of one program's way to print, one by one. */
export type LineReader = (line: string) => void;

interface Open {
  readonly indent: number;
  readonly name: string;
  readonly from: number;
}

const SPEC = /^(\s*)([✔✖﹣▶])\s+(.*?)(?:\s+\(([\d.]+\s*m?s)\))?(\s+#.*)?$/u;

/** `node --test`, reporter "spec": `✔ adds (0.5ms)`; suites are opened by `▶` and told again when they end. */
export function nodeSpec(cases: Cases): LineReader {
  const open: Open[] = [];
  let isTellingFailures = false;
  let telling: string | null = null;
  return (line) => {
    if (line.startsWith('✖ failing tests:')) {
      isTellingFailures = true;
      return;
    }
    const found = SPEC.exec(line);
    if (isTellingFailures) {
      if (found?.[2] === '✖') telling = found[3] ?? null;
      else if (telling !== null && !line.startsWith('test at ')) cases.say(telling, line);
      return;
    }
    if (!found) return;
    const [, space = '', mark, name = '', time, note = ''] = found;
    const indent = space.length;
    const last = open.at(-1);
    if (last?.indent === indent && last.name === name) {
      open.pop();
      cases.nameSuite(last.from, [...open.map((suite) => suite.name), name].join(' › '));
      return;
    }
    if (mark === '▶') return void open.push({ indent, name, from: cases.size() });
    const isSkipped = mark === '﹣' || /#\s*(skip|todo)/i.test(note);
    const outcome = isSkipped ? 'skipped' : mark === '✔' ? 'passed' : 'failed';
    cases.add({ name, outcome, durationMs: timeOf(time) });
  };
}

const POINT = /^(\s*)(not )?ok\b\s*\d*\s*(?:-\s*)?(.*?)(?:\s+#\s*(skip|todo|time=)(.*))?$/i;

/** TAP, with the subtests that node and tap make. A point that follows points further in is their suite. */
export function tap(cases: Cases): LineReader {
  const points: { indent: number; index: number }[] = [];
  let failing: string | null = null;
  let isDiagnosing = false;
  return (line) => {
    const text = line.trim();
    if (isDiagnosing) {
      if (text === '...') isDiagnosing = false;
      else if (failing !== null) cases.say(failing, line.slice(2));
      return;
    }
    if (text === '---') {
      isDiagnosing = true;
      return;
    }
    const found = POINT.exec(line);
    if (!found) {
      if (failing !== null && text.startsWith('# ')) cases.say(failing, text.slice(2));
      return;
    }
    const [, space = '', not, name = '', directive = '', rest = ''] = found;
    const indent = space.length;
    const firstInside = points.findIndex((point) => point.indent > indent);
    if (firstInside >= 0) {
      cases.nameSuite(points[firstInside]?.index ?? 0, name);
      points.splice(firstInside);
      failing = null;
      return;
    }
    points.push({ indent, index: cases.size() });
    const isSkipped = /skip|todo/i.test(directive);
    failing = not !== undefined && !isSkipped ? name : null;
    const outcome = isSkipped ? 'skipped' : not === undefined ? 'passed' : 'failed';
    cases.add({ name, outcome, durationMs: directive === 'time=' ? timeOf(rest) : null });
  };
}

const FILE =
  /^\s*([✓❯×✗↓])\s+(?:\|[^|]*\|\s+)?(\S+\.[cm]?[jt]sx?)\s+\((\d+) tests?([^)]*)\)\s*(.*)$/u;
const NESTED = /^\s+([✓✔×✗✖↓])\s+(.+?)(?:\s+([\d.]+\s*m?s))?$/u;

/** Vitest: files with their counts, single tests where one is slow or fails, `FAIL file > test` with the error at the end. */
export function vitest(cases: Cases): LineReader {
  let file: string | null = null;
  let telling: string | null = null;
  return (line) => {
    const failure = /^\s*FAIL\s+(?:\|[^|]*\|\s+)?(\S+)\s+>\s+(.*)$/.exec(line);
    if (failure) {
      telling = (failure[2] ?? '').split(' > ').join(' › ');
      return;
    }
    if (telling !== null) {
      if (/^\s*⎯+/.test(line)) telling = null;
      else cases.say(telling, line);
      return;
    }
    const head = FILE.exec(line);
    if (head) {
      const [, mark, name = '', all = '0', rest = '', time] = head;
      file = name;
      const failed = Number(/(\d+) failed/.exec(rest)?.[1] ?? 0);
      const skipped = Number(/(\d+) skipped/.exec(rest)?.[1] ?? 0);
      const passed = Number(all) - failed - skipped;
      if (mark === '✓' && passed > 0) {
        cases.add({
          suite: file,
          name: `${passed} ×`,
          outcome: 'passed',
          durationMs: timeOf(time),
        });
        cases.count('passed', passed - 1);
      } else cases.count('passed', passed);
      cases.count('skipped', skipped);
      return;
    }
    const nested = file === null ? null : NESTED.exec(line);
    if (!nested) return;
    const [, mark = '', name = '', time] = nested;
    if (!'×✗✖'.includes(mark)) return;
    const short = name.split(' > ').join(' › ');
    cases.add({ suite: file, name: short, outcome: 'failed', durationMs: timeOf(time) });
  };
}

const JEST_CASE = /^(\s+)([✓✕○✎])\s+(.*?)(?:\s+\(([\d.]+\s*m?s)\))?$/u;

/** Jest: `PASS file`, single tests under it where it is verbose, `● suite › test` with the error. */
export function jest(cases: Cases): LineReader {
  let file: { name: string; outcome: 'passed' | 'failed'; from: number } | null = null;
  let suites: Open[] = [];
  let telling: string | null = null;
  const endFile = (): void => {
    if (file && cases.size() === file.from) {
      cases.add({ suite: null, name: file.name, outcome: file.outcome });
    }
    if (file) cases.nameSuite(file.from, file.name);
    file = null;
  };
  return (line) => {
    const head = /^\s*(PASS|FAIL)\s+(\S+\.[cm]?[jt]sx?)\b/.exec(line);
    if (head) {
      endFile();
      telling = null;
      suites = [];
      const outcome = head[1] === 'PASS' ? 'passed' : 'failed';
      file = { name: head[2] ?? '', outcome, from: cases.size() };
      return;
    }
    if (/^Tests?( Suites)?:\s/.test(line)) {
      telling = null;
      return endFile();
    }
    const bullet = /^\s+●\s+(.*)$/.exec(line);
    if (bullet) {
      const path = (bullet[1] ?? '').split(' › ');
      telling = path.at(-1) ?? null;
      return;
    }
    if (telling !== null) return void cases.say(telling, line);
    const found = file && JEST_CASE.exec(line);
    if (!found) {
      const suite = file && /^(\s{2,})(\S.*)$/.exec(line);
      if (!suite) return;
      const indent = suite[1]?.length ?? 0;
      suites = suites.filter((open) => open.indent < indent);
      suites.push({ indent, name: suite[2] ?? '', from: cases.size() });
      return;
    }
    const [, space = '', mark, name = '', time] = found;
    const within = suites.filter(({ indent }) => indent < space.length).map((open) => open.name);
    const outcome = mark === '✓' ? 'passed' : mark === '✕' ? 'failed' : 'skipped';
    const suite = within.length > 0 ? within.join(' › ') : undefined;
    cases.add({ suite, name, outcome, durationMs: timeOf(time) });
  };
}
