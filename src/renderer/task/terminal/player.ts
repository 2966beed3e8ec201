/**
 * What a terminal shows of a recording: its end as it grows (`live`), how it stood at a moment (`past`), or what happened
 * since a moment, again (`replay`). Asks the coordinator where in the bytes a time is, so that nothing is read from the
 * beginning; gives the screen bytes as fast as it digests them. Owned by the view of an attempt.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { TerminalMoment } from '../../../shared/contract-terminal.ts';
import type { PlayerDeps, PlayerState } from './player-state.ts';
import {
  newerThan,
  olderThan,
  rangeBefore,
  tailFrom,
  untilLineStart,
  type ByteRange,
} from './ranges.ts';
import { inputFor } from './recorded.ts';
import type { Speed } from './replay.ts';
import { createReplayer, type Replayer } from './replayer.ts';
import type { View } from './screen.ts';

export interface Player {
  readonly state: StoreApi<PlayerState>;
  /** Shows the end, and what comes. */
  live(): void;
  /** Shows how it stood at a time. */
  standAt(at: number): void;
  /** Goes on from what is shown; from the beginning when that is the end. */
  play(): void;
  pause(): void;
  setSpeed(speed: Speed): void;
  setSkipsIdle(skipsIdle: boolean): void;
  /** The view was moved: says so to the state, and fetches what comes next there. */
  viewed(view: View): void;
  beyondStart(): void;
  dispose(): void;
}

export function openPlayer(deps: PlayerDeps): Player {
  return new RecordingPlayer(deps);
}

const AT_FIRST: PlayerState = {
  mode: 'live',
  hasEnded: false,
  isPlaying: false,
  speed: 1,
  skipsIdle: true,
  at: null,
  first: null,
  last: null,
};
/** Sets the terminal to the screen of full-screen programs. */
const ALTERNATE = '\u001b[?1049h';
/** Whoever scrolls is asked about where they stand when they stop. */
const SETTLED_MS = 200;

class RecordingPlayer implements Player {
  readonly state = createStore<PlayerState>()(() => AT_FIRST);
  readonly #deps: PlayerDeps;
  readonly #replayer: Replayer;
  #stopWatch = (): void => {};
  #cancelAsk = (): void => {};
  /** Counts what was asked for: answers to what was asked before are late. */
  #turn = 0;
  /** What the screen holds; while it grows, up to what it had at first. */
  #range: ByteRange = { from: 0, until: 0 };
  #isLoading = false;
  /** The window was moved by scrolling: at its end, more comes by scrolling on. */
  #isBrowsing = false;
  /** Play was pressed before there was anything to be seen. */
  #isPlayWanted = false;
  /** The moment that was asked for. */
  #stood: number | null = null;

  constructor(deps: PlayerDeps) {
    this.#deps = deps;
    this.#replayer = createReplayer(deps, this.state, {
      reached: (offset) => (this.#range = { from: this.#range.from, until: offset }),
      atEnd: () => this.live(),
    });
  }

  live(): void {
    const turn = this.#begin({ mode: 'live', at: null, hasEnded: false });
    void this.#ask({}).then((moment) => {
      if (turn !== this.#turn) return;
      const end = moment?.offset ?? 0;
      void this.#show({ from: tailFrom(end), until: end }, null);
    });
  }

  standAt(at: number): void {
    const turn = this.#begin({ mode: 'past', at, hasEnded: false });
    this.#stood = at;
    void this.#ask({ at }).then((moment) => {
      if (turn !== this.#turn) return;
      if (!moment) return this.live();
      void this.#show(rangeBefore(moment.offset), () => this.#deps.screen.scrollToEnd());
    });
  }

  play(): void {
    const { mode, at, first, last } = this.state.getState();
    if (mode === 'replay') return this.#replayer.play();
    if (this.#isLoading) {
      this.#isPlayWanted = true;
      return;
    }
    if (!first || !last) return;
    const isAtEnd = mode === 'live' || at === null || at >= last.at;
    const from = isAtEnd ? { offset: 0, at: first.at } : { offset: this.#range.until, at };
    this.#begin({ mode: 'replay', at: from.at, hasEnded: false });
    if (isAtEnd) {
      this.#deps.screen.restart(0);
      this.#range = { from: 0, until: 0 };
    } else this.#deps.screen.scrollToEnd();
    this.#replayer.start(from);
  }

  pause(): void {
    this.#replayer.pause();
  }

  setSpeed(speed: Speed): void {
    this.state.setState({ speed });
  }

  setSkipsIdle(skipsIdle: boolean): void {
    this.state.setState({ skipsIdle });
  }

  viewed(view: View): void {
    const { mode } = this.state.getState();
    if (mode === 'replay' || this.#isLoading) return;
    this.#cancelAsk();
    if (view.isAtEnd && mode === 'live') return this.state.setState({ at: null });
    if (view.isAtEnd && this.#isBrowsing) return this.#newer();
    // Not when the last byte before it was printed.
    if (view.isAtEnd) return this.state.setState({ at: this.#stood });
    this.#cancelAsk = this.#deps.clock.after(SETTLED_MS, () => this.#askWhere());
  }

  beyondStart(): void {
    const { mode, last } = this.state.getState();
    if (mode === 'replay' || this.#isLoading || !last) return;
    const first = this.#deps.screen.offsetOf(0);
    const range = olderThan(first, Math.max(last.offset, this.#range.until));
    if (range) this.#browse(range, first);
  }

  dispose(): void {
    this.#begin({});
  }

  /** Ends what is under way. */
  #begin(change: Partial<PlayerState>): number {
    this.#stopWatch();
    this.#stopWatch = () => {};
    this.#cancelAsk();
    this.#replayer.stop();
    this.#isLoading = true;
    this.#isBrowsing = false;
    this.#isPlayWanted = false;
    this.state.setState({ ...change, isPlaying: false });
    if (change.mode === 'replay') this.#isLoading = false;
    this.#turn += 1;
    return this.#turn;
  }

  #newer(): void {
    const { last } = this.state.getState();
    const { until } = this.#range;
    const range = last && newerThan(until, last.offset);
    if (range) this.#browse(range, until);
    else this.live();
  }

  /** Moves the window, and lets the byte at `anchor` stay where it is seen. */
  #browse(range: ByteRange, anchor: number): void {
    const { screen } = this.#deps;
    const { isAtEnd } = screen.view();
    this.#begin({ mode: 'past' });
    this.#isBrowsing = true;
    void this.#show(range, () => {
      const line = screen.lineOf(anchor);
      const { top, bottom } = screen.view();
      screen.scrollToLine(isAtEnd ? Math.max(0, line - (bottom - top)) : line);
      this.#askWhere();
    });
  }

  /** @param whole called when the whole range is shown; `null`: it goes on after the range, as long as there is more */
  async #show({ from, until }: ByteRange, whole: (() => void) | null): Promise<void> {
    const { screen, outputs, attemptId } = this.#deps;
    const turn = this.#turn;
    let next = from;
    this.#range = { from, until };
    const modes = from === 0 ? '' : await this.#askModes(from);
    if (turn !== this.#turn) return;
    // What fills the screen is drawn at places, and in a line there may be all of it.
    const hasLines = from > 0 && !modes.includes(ALTERNATE);
    screen.restart(from, modes);
    const shown = (): void => {
      if (turn !== this.#turn) return;
      this.#isLoading = false;
      whole?.();
      if (this.#isPlayWanted) this.play();
    };
    if (from === until) shown();
    if (from === until && whole) return;
    const stop = outputs.watch(
      attemptId,
      'terminal',
      {
        onBytes: (bytes, done) => {
          const room = whole ? until - next : bytes.length;
          const skip = next === from && hasLines ? untilLineStart(bytes) : 0;
          next += Math.min(room, bytes.length);
          if (skip > 0) screen.restart(from + skip, modes);
          const isWhole = next >= until && this.#isLoading;
          if (isWhole && whole) stop();
          screen.onBytes(bytes.subarray(skip, room), () => {
            done();
            if (isWhole) shown();
          });
        },
        onEnd: () => this.state.setState({ hasEnded: true }),
      },
      from,
    );
    this.#stopWatch = stop;
  }

  #askWhere(): void {
    const { screen } = this.#deps;
    const offset = screen.offsetOf(screen.view().bottom + 1);
    const turn = this.#turn;
    void this.#ask({ offset: Math.max(0, offset - 1) }).then((moment) => {
      if (turn === this.#turn && moment) this.state.setState({ at: moment.at });
    });
  }

  async #askModes(offset: number): Promise<string> {
    const { api, attemptId, takeOver } = this.#deps;
    const answer = await api.call('terminal.modes', { ...inputFor(attemptId, takeOver), offset });
    // Without an answer it is shown as if it began there.
    return answer.ok ? answer.value.modes : '';
  }

  async #ask(what: { at?: number; offset?: number }): Promise<TerminalMoment | null> {
    const { api, attemptId, takeOver } = this.#deps;
    const answer = await api.call('terminal.seek', { ...inputFor(attemptId, takeOver), ...what });
    // Without an answer the connection is lost; when it is back, the bytes come from the beginning.
    if (!answer.ok) return null;
    const { moment, first, last } = answer.value;
    this.state.setState({ first, last });
    return moment;
  }
}
