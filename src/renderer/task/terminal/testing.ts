/**
 * For tests of this folder: a recording of numbered lines, a coordinator that has it, and a screen that remembers what it was
 * given. What lies between the two is the real thing.
 */
import type { Clock } from '../../../shared/clock.ts';
import { AttemptId } from '../../../shared/ids.ts';
import type { FromClient } from '../../../shared/protocol/client.ts';
import { OUTPUT_FRAME_MAX, OUTPUT_WINDOW } from '../../../shared/protocol/output.ts';
import { createApi } from '../../client/call.ts';
import { createOutputs } from '../../client/outputs.ts';
import type { PlayerDeps } from './player-state.ts';
import { offsetAt, type Place } from './replay.ts';
import type { Screen, View } from './screen.ts';

export const attemptId = AttemptId.parse('task-3.1');
export const LINE = 64;
const ROWS = 32;
/** Of one page of places. */
const PAGE = 3;
/** An answer takes a few: it is asked for, read and understood. */
const TURNS = 12;

/** Every line is 64 bytes and begins with its number. */
function contents(lines: number): Uint8Array {
  const text = Array.from({ length: lines }, (_, n) => `line ${n}`.padEnd(LINE - 2, '.'));
  return new TextEncoder().encode(text.map((line) => `${line}\r\n`).join(''));
}

export interface Recorded {
  readonly deps: PlayerDeps;
  readonly screen: HeldScreen;
  /** What the window asked the coordinator, newest last. */
  readonly sent: readonly FromClient[];
  /** The most that was under way without having been digested. */
  mostUnderWay(): number;
  /** So many lines more are printed. */
  print(lines: number, at: number): void;
  /** What is asked next is answered only when the answer of this is called. */
  holdAnswer(): () => void;
  /** Time passes, and a frame is drawn. */
  frame(ms: number): Promise<void>;
  /** Everything that is under way comes. */
  settle(): Promise<void>;
}

/** @param steps how many lines were printed at which time */
export function recorded(steps: readonly (readonly [lines: number, at: number])[]): Recorded {
  const places: Place[] = [];
  let bytes: Uint8Array = new Uint8Array(0);
  const print = (lines: number, at: number): void => {
    places.push({ offset: (places.at(-1)?.offset ?? 0) + lines * LINE, at });
  };
  for (const [lines, at] of steps) print(lines, at);
  const end = (): number => places.at(-1)?.offset ?? 0;
  const read = (from: number, until: number): Uint8Array => {
    if (bytes.length < end()) bytes = contents(end() / LINE);
    return bytes.subarray(from, until);
  };
  const sender = createSender(end, read);
  const api = createCalls(places);
  const screen = createScreen();
  const { clock, pass } = createClock();
  const frames = new Set<() => void>();
  const settle = async (): Promise<void> => {
    // With a turn of the loop, whatever promises wait for one another have been kept.
    for (let turn = 0; turn < TURNS; turn++) await nextTurn();
  };
  return {
    deps: {
      attemptId,
      screen,
      outputs: sender.outputs,
      clock,
      nextFrame(run) {
        frames.add(run);
        return () => void frames.delete(run);
      },
      api: api.calls,
    },
    screen,
    sent: sender.sent,
    mostUnderWay: sender.mostUnderWay,
    holdAnswer: api.holdAnswer,
    print(lines, at) {
      print(lines, at);
      sender.grown();
    },
    async frame(ms) {
      pass(ms);
      const due = [...frames];
      frames.clear();
      for (const run of due) run();
      await settle();
    },
    settle,
  };
}

async function nextTurn(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  await new Promise<void>((resolve) => {
    port1.addEventListener('message', () => resolve(), { once: true });
    port1.start();
    port2.postMessage('');
  });
  port1.close();
}

/** Answers as the coordinator does. */
function createCalls(places: readonly Place[]): {
  calls: PlayerDeps['api'];
  holdAnswer(): () => void;
} {
  let held: Promise<void> | null = null;
  const seek = (at: string | null, offset: string | null): Place | null => {
    const last = places.at(-1) ?? null;
    if (at !== null) return { offset: offsetAt(places, Number(at)) ?? 0, at: Number(at) };
    if (offset === null) return last;
    const holding = places.find((place) => place.offset > Number(offset));
    return { offset: Number(offset), at: (holding ?? last)?.at ?? 0 };
  };
  const answerTo = ({ pathname, searchParams }: URL): unknown => {
    if (pathname.endsWith('/pace')) {
      const from = Number(searchParams.get('from'));
      const after = places.filter(({ offset }) => offset > from);
      const page = after.slice(0, PAGE);
      return { places: page, next: after.length > PAGE ? (page.at(-1)?.offset ?? null) : null };
    }
    if (pathname.endsWith('/modes')) return { modes: `modes at ${searchParams.get('offset')}` };
    const first = places[0] ? { offset: 0, at: places[0].at } : null;
    const moment = seek(searchParams.get('at'), searchParams.get('offset'));
    return { first, last: places.at(-1) ?? null, moment };
  };
  const send: typeof fetch = async (url) => {
    const wait = held;
    held = null;
    await wait;
    return Response.json(answerTo(new URL(url instanceof Request ? url.url : url)));
  };
  const calls = createApi(
    () => ({ url: 'http://koubou.test', token: '' }),
    () => '',
    send,
  );
  return {
    calls,
    holdAnswer() {
      let release = (): void => {};
      held = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
  };
}

/** Sends recorded bytes as the coordinator does: so much ahead of what was acknowledged. */
function createSender(end: () => number, read: (from: number, until: number) => Uint8Array) {
  const sent: FromClient[] = [];
  let next: number | null = null;
  let acknowledged = 0;
  let most = 0;
  const pump = (): void => {
    while (next !== null && next < end() && next - acknowledged < OUTPUT_WINDOW) {
      const bytes = read(next, Math.min(end(), next + OUTPUT_FRAME_MAX));
      const frame = { attemptId, stream: 'terminal', offset: next, bytes } as const;
      next += bytes.length;
      most = Math.max(most, next - acknowledged);
      queueMicrotask(() => outputs.receive({ type: 'bytes', frame }));
    }
  };
  const outputs = createOutputs((message) => {
    sent.push(message);
    if (message.type === 'output_open') next = acknowledged = message.from;
    if (message.type === 'output_ack') acknowledged = message.offset;
    if (message.type === 'output_close') next = null;
    pump();
  });
  return { outputs, sent, grown: pump, mostUnderWay: () => most };
}

export interface HeldScreen extends Screen {
  /** What it was given since it was cleared, and the offset that it was told this begins with. */
  held(): { readonly from: number; readonly modes: string; readonly text: string };
  /** It digests nothing until it is told to again. */
  stall(isStalled: boolean): void;
}

function createScreen(): HeldScreen {
  let from = 0;
  let modes = '';
  let text = '';
  let top = 0;
  let waiting: (() => void)[] | null = null;
  const decoder = new TextDecoder();
  const lines = (): number => Math.floor(text.length / LINE);
  const bottom = (): number => Math.max(0, lines() - ROWS);
  return {
    held: () => ({ from, modes, text }),
    stall(isStalled) {
      const kept = waiting ?? [];
      waiting = isStalled ? [] : null;
      for (const done of kept) done();
    },
    onBytes(bytes, done) {
      const isAtEnd = top >= bottom();
      text += decoder.decode(bytes);
      if (isAtEnd) top = bottom();
      if (waiting) waiting.push(done);
      else done();
    },
    restart(offset, setUp = '') {
      [from, text, top, modes] = [offset, '', 0, setUp];
    },
    offsetOf: (line) => from + line * LINE,
    lineOf: (offset) => Math.floor((offset - from) / LINE),
    view: (): View => ({
      top,
      bottom: top + ROWS - 1,
      isAtStart: top === 0,
      isAtEnd: top >= bottom(),
    }),
    scrollToEnd() {
      top = bottom();
    },
    scrollToLine(line) {
      top = Math.min(bottom(), Math.max(0, line));
    },
    text: () => text,
    find: () => false,
    setReadable() {},
    dispose() {},
  };
}

function createClock(): { clock: Clock; pass(ms: number): void } {
  let now = 0;
  let timers: { readonly at: number; readonly run: () => void }[] = [];
  return {
    clock: {
      now: () => now,
      monotonic: () => now,
      after(ms, run) {
        const timer = { at: now + ms, run };
        timers.push(timer);
        return () => void (timers = timers.filter((other) => other !== timer));
      },
    },
    pass(ms) {
      now += ms;
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { run } of due) run();
    },
  };
}
