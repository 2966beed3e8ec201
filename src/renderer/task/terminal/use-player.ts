/** A terminal with its player on an element, tied to the moment of the task: each sets the other. */
import { useEffect, useRef, useState, type RefObject } from 'react';
import { browserClock, nextFrame } from '../../client/clock.ts';
import { useApp } from '../../context.ts';
import { openPlayer, type Player } from './player.ts';
import { inputFor, type Recorded } from './recorded.ts';
import { openScreen, type Screen } from './screen.ts';
import { takeOverBytes } from './take-over-bytes.ts';

export interface PlayerOptions {
  readonly element: RefObject<HTMLElement | null>;
  readonly recorded: Recorded;
  /** The moment to stand at; `null`: now. */
  readonly at: number | null;
  onMoment(at: number | null): void;
  onFollow(isAtEnd: boolean): void;
  onAskLink(address: string): void;
  copy(text: string): void;
  readonly onInput: ((data: string) => void) | undefined;
}

export interface OpenTerminal {
  readonly screen: Screen;
  readonly player: Player;
}

/** A replay tells its moment so often. */
const TELL_MS = 1_000;

export function usePlayer(options: PlayerOptions): OpenTerminal | null {
  const { session } = useApp();
  const [terminal, setTerminal] = useState<OpenTerminal | null>(null);
  const latest = useRef(options);
  /** The moment that the terminal stands at by itself; `undefined`: it does not stand yet. */
  const own = useRef<number | null | undefined>(undefined);
  const { element, recorded, at } = options;
  const attemptId = recorded.attempt.id;
  const takeOver = recorded.takeOver?.id;
  const isWritable = options.onInput !== undefined;

  useEffect(() => {
    latest.current = options;
  });

  useEffect(() => {
    if (!element.current) return;
    const screen = openScreen({
      element: element.current,
      ...(latest.current.recorded.takeOver && { cols: latest.current.recorded.takeOver.cols }),
      nextFrame,
      onFollow: (isAtEnd) => latest.current.onFollow(isAtEnd),
      onView: (view) => player.viewed(view),
      onBeyondStart: () => player.beyondStart(),
      onAskLink: (address) => latest.current.onAskLink(address),
      copy: (text) => latest.current.copy(text),
      ...(isWritable && { onInput: (data: string) => latest.current.onInput?.(data) }),
    });
    const { api } = session;
    const input = inputFor(attemptId, takeOver);
    const outputs = takeOver === undefined ? session.outputs : takeOverBytes(api, input);
    const about = { attemptId, takeOver, screen, api, outputs };
    const player = openPlayer({ ...about, clock: browserClock, nextFrame });
    own.current = undefined;
    const stopTelling = tellMoments(player, (next) => {
      if (own.current === undefined || own.current === next) return;
      own.current = next;
      latest.current.onMoment(next);
    });
    setTerminal({ screen, player });
    return () => {
      stopTelling();
      player.dispose();
      screen.dispose();
      setTerminal(null);
    };
  }, [session, element, attemptId, takeOver, isWritable]);

  useEffect(() => {
    if (!terminal || own.current === at) return;
    own.current = at;
    if (at === null) terminal.player.live();
    else terminal.player.standAt(at);
  }, [terminal, at]);

  return terminal;
}

function tellMoments({ state }: Player, tell: (at: number | null) => void): () => void {
  let cancel: (() => void) | null = null;
  const stop = state.subscribe(() => {
    if (cancel) return;
    const { mode } = state.getState();
    cancel = browserClock.after(mode === 'replay' ? TELL_MS : 0, () => {
      cancel = null;
      const { at } = state.getState();
      tell(at === null ? null : Math.round(at));
    });
  });
  return () => {
    stop();
    cancel?.();
  };
}
