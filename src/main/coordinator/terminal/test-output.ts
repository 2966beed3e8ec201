/**
 * The tests of an attempt, read from its recorded terminal. The agent marks its steps there (`▸ test`), and each command that it
 * runs (`$ npm test`): what stands between is what the tests printed. Nothing before the step is read.
 */
import { stripVTControlCharacters } from 'node:util';
import type { AttemptId } from '../../../shared/ids.ts';
import { readTests, type TestReport } from '../../../shared/test-output/parse.ts';
import type { Recordings } from './port.ts';

export interface TestStep {
  /** When the step began, epoch ms. */
  readonly began: number;
  /** `null`: not known; the last command of the step is taken for it. */
  readonly command: string | null;
}

/** Output that is told of before the step, or comes with a late link. */
const EARLIER_MS = 30_000;
/** Of more, the end is read. */
const MOST_BYTES = 16 * 1024 * 1024;

/** `null`: the step printed nothing. */
export async function readTestOutput(
  recordings: Pick<Recordings, 'times' | 'watch' | 'end'>,
  attemptId: AttemptId,
  { began, command }: TestStep,
): Promise<TestReport | null> {
  const end = recordings.end(attemptId, 'terminal');
  const times = recordings.times(attemptId);
  if (end === 0 || times.range() === null) return null;
  const place = await times.atTime(began - EARLIER_MS);
  const earliest = end - MOST_BYTES;
  const section = createSection(command, place.offset < earliest);
  const from = Math.max(place.offset, earliest);
  const decoder = new TextDecoder();
  await readAll(recordings, attemptId, { from, end }, (bytes) =>
    section.text(decoder.decode(bytes, { stream: true })),
  );
  return section.end();
}

interface Range {
  readonly from: number;
  readonly end: number;
}

async function readAll(
  recordings: Pick<Recordings, 'watch'>,
  attemptId: AttemptId,
  { from, end }: Range,
  take: (bytes: Uint8Array) => void,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const watch = recordings.watch(attemptId, 'terminal', from, {
    bytes(offset, chunk) {
      take(chunk);
      const at = offset + chunk.length;
      // Later, so that other work gets its turn, and the watch is there.
      setImmediate(() => (at >= end ? resolve() : watch.acknowledge(at)));
    },
    ended: () => resolve(),
  });
  if (from >= end) resolve();
  await promise;
  watch.close();
}

const STEP = '\u001b[1;34m▸ ';
const FAILED = '\u001b[31m✗ ';

function createSection(command: string | null, isWithin: boolean) {
  let rest = '';
  let isInStep = isWithin;
  let tests = isWithin ? readTests() : null;
  let isOver = false;

  function line(raw: string): void {
    if (raw.startsWith(STEP)) {
      isInStep = raw.startsWith(`${STEP}test`);
      if (isInStep) isOver = false;
      return;
    }
    if (!isInStep) return;
    const text = plain(raw);
    // It is run anew when somebody had the tree in hand.
    if (command === null ? text.startsWith('$ ') : text === `$ ${command}`) {
      tests = readTests();
      isOver = false;
    } else if (raw.startsWith(FAILED) && (command === null || text.startsWith(`✗ ${command} `))) {
      // What follows are its last lines again.
      isOver = true;
    } else if (!isOver) tests?.line(text);
  }

  return {
    text(text: string): void {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const each of lines) line(each);
    },
    end(): TestReport | null {
      if (rest !== '') line(rest);
      return tests?.end() ?? null;
    },
  };
}

/** A line as it looks at last: without escape sequences, and without what was written over. */
function plain(raw: string): string {
  const text = stripVTControlCharacters(raw.replace(/\r+$/, ''));
  return text.slice(text.lastIndexOf('\r') + 1);
}
