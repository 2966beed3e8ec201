/** A recording from its first byte to its last: how much came when, in which phase, and where the terminal stands. */
import { useMemo, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useStore } from 'zustand';
import { useLanguage, useText } from '../../context.ts';
import { clockTime } from '../../format/time.ts';
import type { Player } from './player.ts';
import { isOver, type Recorded } from './recorded.ts';
import { densityPath, phaseBands, shareOf, type Span } from './strip.ts';
import type { Activity } from './use-activity.ts';

export interface ScrubStripProps {
  readonly recorded: Recorded;
  readonly player: Player;
  readonly activity: Activity;
  readonly now: number;
}

/** Steps of the arrow keys and of the page keys. */
const STEP_MS = 5_000;
const PAGE_MS = 60_000;

export function ScrubStrip({ recorded, player, activity, now }: ScrubStripProps) {
  const { player: words } = useText();
  const language = useLanguage();
  const [dragged, setDragged] = useState<number | null>(null);
  const at = useStore(player.state, (state) => state.at);
  const { first, last, buckets } = activity;
  const until = isOver(recorded) ? last.at : Math.max(last.at, now);
  const span: Span = { from: first.at, until: Math.max(until, first.at + 1) };
  const path = useMemo(() => densityPath(buckets), [buckets]);
  const bands = recorded.takeOver ? [] : phaseBands(recorded.attempt, span, now);
  const stands = dragged ?? at ?? span.until;
  const label = dragged === null && at === null ? words.now : clockTime(stands, language);

  const timeAt = ({ currentTarget, clientX }: PointerEvent<HTMLElement>): number => {
    const { left, width } = currentTarget.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (clientX - left) / Math.max(1, width)));
    return span.from + share * (span.until - span.from);
  };
  const go = (time: number): void => {
    if (time >= span.until) player.live();
    else player.standAt(Math.round(Math.max(span.from, time)));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const target = keyTarget(event.key, stands, span);
    if (target === null) return;
    event.preventDefault();
    go(target);
  };
  return (
    <div
      className="strip"
      role="slider"
      tabIndex={0}
      aria-label={words.position}
      aria-valuemin={0}
      aria-valuemax={Math.round((span.until - span.from) / 1_000)}
      aria-valuenow={Math.round((stands - span.from) / 1_000)}
      aria-valuetext={label}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDragged(timeAt(event));
      }}
      onPointerMove={(event) => dragged !== null && setDragged(timeAt(event))}
      onPointerUp={(event) => {
        if (dragged === null) return;
        setDragged(null);
        go(timeAt(event));
      }}
      onPointerCancel={() => setDragged(null)}
      data-testid="replay-strip"
    >
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
        <g style={{ transform: `scaleX(${shareOf(last.at, span)})` }}>
          <path className="strip-density" d={path} />
        </g>
      </svg>
      {bands.map(({ phase, outcome, left, width }) => (
        <span
          key={phase}
          className="strip-phase"
          data-state={outcome}
          style={{ left: `${left}%`, width: `${width}%` }}
        />
      ))}
      <span className="strip-cursor" style={{ left: `${shareOf(stands, span) * 100}%` }} />
      <span className="strip-ends num faint" aria-hidden="true">
        <span>{clockTime(span.from, language)}</span>
        <span className="strip-at">{label}</span>
        <span>{clockTime(span.until, language)}</span>
      </span>
    </div>
  );
}

function keyTarget(key: string, at: number, { from, until }: Span): number | null {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return at - STEP_MS;
    case 'ArrowRight':
    case 'ArrowUp':
      return at + STEP_MS;
    case 'PageDown':
      return at - PAGE_MS;
    case 'PageUp':
      return at + PAGE_MS;
    case 'Home':
      return from;
    case 'End':
      return until;
    default:
      return null;
  }
}
