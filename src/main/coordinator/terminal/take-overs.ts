/**
 * Recordings of take-overs: what the console of one showed, `take-overs/CONSOLE/` in the folder of its attempt, so that it
 * goes where that goes. A recording is bounded; it never holds a console up, and where the disk does not take it, it ends.
 * The bytes come from the agent, which has put asterisks for the values of its keys.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../../shared/clock.ts';
import { ConsoleId, TakeOver } from '../../../shared/console.ts';
import { taskIdOfAttempt, type AttemptId } from '../../../shared/ids.ts';
import { openCastLog } from './cast-log.ts';
import type { TakeOverBegun, TakeOverRecord, TakeOverRecorder, TakeOvers } from './port.ts';
import type { StreamLog } from './stream-log.ts';

export interface TakeOversOptions {
  /** `<data>/attempts`. */
  readonly dir: string;
  readonly clock: Clock;
  readonly onProblem?: ((error: Error) => void) | undefined;
  /** For tests. */
  readonly mostBytes?: number;
}

/** Of what one shows; a flood fills it in seconds, a day of work does not. */
const MOST_BYTES = 16 * 1024 * 1024;
const FOLDER = 'take-overs';
const ABOUT = 'about.json';

const About = TakeOver.pick({
  kind: true,
  by: true,
  startedAt: true,
  cols: true,
  rows: true,
}).extend({
  /** None: the coordinator ended before it. */
  endedAt: z.number().optional(),
  isCut: z.boolean(),
});
type About = z.infer<typeof About>;

export function openTakeOvers(options: TakeOversOptions): TakeOvers {
  const { dir, clock } = options;
  const open = new Map<ConsoleId, LiveRecording>();

  function folderOf(attemptId: AttemptId, id: string): string {
    return path.join(dir, taskIdOfAttempt(attemptId), attemptId, FOLDER, id);
  }

  function find(attemptId: AttemptId, id: ConsoleId): TakeOverRecord | null {
    const folder = folderOf(attemptId, id);
    const live = open.get(id);
    const about = live?.about ?? readAbout(folder);
    const file = fileIn(folder);
    if (!about || !existsSync(file)) return null;
    const log = live?.log ?? openCastLog(file, clock);
    if (!log.times) throw new Error('a terminal is recorded without times');
    const { endedAt, ...rest } = about;
    const last = log.times.range()?.last.at ?? about.startedAt;
    const ended = live ? null : (endedAt ?? last);
    return {
      file,
      times: log.times,
      about: { id, attemptId, ...rest, bytes: log.end, endedAt: ended },
    };
  }

  return {
    record(id, begun) {
      const folder = folderOf(begun.attemptId, id);
      const recording = new LiveRecording(folder, begun, options);
      open.set(id, recording);
      return {
        printed: (bytes) => recording.printed(bytes),
        resized: (cols, rows) => recording.resized(cols, rows),
        end() {
          if (open.delete(id)) recording.end();
        },
      };
    },
    list(attemptId) {
      const folder = folderOf(attemptId, '');
      const names = existsSync(folder) ? readdirSync(folder) : [];
      const found = names.flatMap((name) => {
        const id = ConsoleId.safeParse(name);
        return id.success ? (find(attemptId, id.data)?.about ?? []) : [];
      });
      return found.toSorted((a, b) => a.startedAt - b.startedAt);
    },
    find,
  };
}

/** One that is under way. Makes nothing until something is shown. */
class LiveRecording implements TakeOverRecorder {
  readonly log: StreamLog;
  about: About;
  readonly #folder: string;
  readonly #options: TakeOversOptions;
  #isOver = false;

  constructor(folder: string, begun: TakeOverBegun, options: TakeOversOptions) {
    const { kind, by, startedAt, cols, rows } = begun;
    this.#folder = folder;
    this.#options = options;
    this.about = { kind, by, startedAt, cols, rows, isCut: false };
    this.log = openCastLog(fileIn(folder), options.clock, { cols, rows });
  }

  printed(bytes: Uint8Array): void {
    this.#write(() => {
      if (this.log.end === 0) this.#begin();
      const room = (this.#options.mostBytes ?? MOST_BYTES) - this.log.end;
      if (room > 0) this.log.append(bytes.subarray(0, room));
      if (bytes.length <= room) return;
      this.log.append(Buffer.from(CUT));
      this.#stop();
    });
  }

  resized(cols: number, rows: number): void {
    this.about = { ...this.about, cols, rows };
    if (this.log.end > 0) this.#write(() => this.log.append(sizeSequence(cols, rows)));
  }

  end(): void {
    this.#isOver = true;
    if (this.log.end === 0) return;
    try {
      this.about = { ...this.about, endedAt: this.#options.clock.now() };
      this.#save();
    } catch (error) {
      // When it ended is then told by its last byte.
      this.#told(error);
    }
    this.log.close();
  }

  #begin(): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    this.#save();
    this.log.append(sizeSequence(this.about.cols, this.about.rows));
  }

  #stop(): void {
    this.#isOver = true;
    this.about = { ...this.about, isCut: true };
    this.#save();
  }

  #write(work: () => void): void {
    if (this.#isOver) return;
    try {
      work();
    } catch (error) {
      this.#isOver = true;
      this.about = { ...this.about, isCut: true };
      this.#told(error);
    }
  }

  #save(): void {
    const file = path.join(this.#folder, ABOUT);
    writeFileSync(`${file}.new`, JSON.stringify(this.about), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  #told(error: unknown): void {
    this.#options.onProblem?.(error instanceof Error ? error : new Error(String(error)));
  }
}

/** What stands at the end of one that has reached its bound. */
const CUT =
  '\r\n\u001b[0m[the recording of this take-over ends here: it is as long as one may be]\r\n';

/** Tells a terminal its size (XTWINOPS 8), so that a replay has it from there on. */
function sizeSequence(cols: number, rows: number): Uint8Array {
  return Buffer.from(`\u001b[8;${rows};${cols}t`);
}

function fileIn(folder: string): string {
  return path.join(folder, 'terminal.cast');
}

function readAbout(folder: string): About | null {
  try {
    return About.parse(JSON.parse(readFileSync(path.join(folder, ABOUT), 'utf8')));
  } catch {
    // Removed, or damaged by hand: it is not listed.
    return null;
  }
}
