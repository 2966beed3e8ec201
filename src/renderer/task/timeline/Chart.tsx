/** The chart of all attempts: a time axis to zoom and move, the rows, and a cursor at the moment of the task. */
import { useElementSize } from '@mantine/hooks';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import type { Attempt } from '../../../shared/domain/attempt.ts';
import type { StoredEvent } from '../../../shared/domain/event.ts';
import { isEnd, type Task } from '../../../shared/domain/task.ts';
import type { AttemptId } from '../../../shared/ids.ts';
import { useLanguage, useText } from '../../context.ts';
import { clockTime } from '../../format/time.ts';
import { useMoment, withMoment } from '../moment.ts';
import { attemptAt, firstFrom } from './bars.ts';
import { Brush } from './Brush.tsx';
import { ChartContext } from './ChartContext.ts';
import { ChartRows } from './ChartRows.tsx';
import { ChartTools } from './ChartTools.tsx';
import { Ruler } from './Ruler.tsx';
import { stopsOf } from './stops.ts';
import { useChartKeys } from './use-chart-keys.ts';
import { useChartPointer } from './use-chart-pointer.ts';
import { useView } from './use-view.ts';
import { percent, type Span } from './zoom.ts';

export interface ChartProps {
  readonly task: Task;
  readonly attempts: readonly Attempt[];
  readonly events: readonly StoredEvent[];
  readonly now: number;
}

export function Chart({ task, attempts, events, now }: ChartProps) {
  const { chart: words } = useText();
  const language = useLanguage();
  const navigate = useNavigate();
  const [moment, setMoment] = useMoment();
  const [toggled, setToggled] = useState<ReadonlySet<AttemptId>>(new Set());
  const area = useRef<HTMLDivElement>(null);
  const rows = useRef<HTMLDivElement>(null);
  const lanes = useRef<HTMLDivElement>(null);
  const { ref: measure, width } = useElementSize();
  const whole = wholeOf(task, events, now);
  const chart = useView(whole, firstFrom(attempts, whole, now));
  const { view, reveal, show } = chart;
  const { at } = moment;

  const choose = useCallback(
    (time: number, attemptId: AttemptId | null) => {
      const rounded = Math.round(time);
      setMoment({ attemptId: attemptId ?? attemptAt(attempts, rounded)?.id ?? null, at: rounded });
    },
    [attempts, setMoment],
  );
  const toggle = useCallback((id: AttemptId) => setToggled((all) => toggledOf(all, id)), []);
  const zoomTo = useCallback(
    ({ from, until }: Span) => {
      const room = Math.max(10, (until - from) * 0.05);
      show(from - room, until + room);
    },
    [show],
  );
  const shared = useMemo(
    () => ({ view, width, now, events, stops: stopsOf(events, now), at, choose, toggle, zoomTo }),
    [view, width, now, events, at, choose, toggle, zoomTo],
  );
  const openTerminal = (): void => {
    const search = withMoment(new URLSearchParams(), moment).toString();
    void navigate({ pathname: `/tasks/${task.id}/terminal`, search }, { replace: true });
  };
  const clear = (): void => setMoment({ attemptId: moment.attemptId, at: null });
  const goTo = (time: number, attemptId: AttemptId | null): void => {
    choose(time, attemptId);
    reveal(time);
  };
  useChartKeys(area, { chart, at, events, goTo, clear, openTerminal });
  useChartPointer(area, lanes, rows, chart);

  return (
    <ChartContext value={shared}>
      <div
        className="chart"
        ref={area}
        role="application"
        tabIndex={0}
        aria-label={words.label}
        aria-roledescription={words.role}
        data-testid="chart"
        data-zoomed={chart.isZoomed}
      >
        <ChartTools chart={chart} at={at} onClear={clear} onTerminal={openTerminal} />
        <div className="chart-axis">
          <span className="chart-label" />
          <div className="chart-axis-lane">
            <Brush chart={chart} attempts={attempts} now={now} at={at} />
            <div ref={measure}>
              <div ref={lanes}>
                <Ruler chart={chart} width={width} />
              </div>
            </div>
          </div>
        </div>
        <div className="chart-body">
          <ChartRows task={task} attempts={attempts} toggled={toggled} scroller={rows} />
          <div className="chart-cursors" aria-hidden="true">
            {!isEnd(task.state) && <Cursor at={now} view={view} className="cursor-now" />}
            {at !== null && (
              <Cursor at={at} view={view} className="cursor" label={clockTime(at, language)} />
            )}
          </div>
        </div>
      </div>
    </ChartContext>
  );
}

interface CursorProps {
  readonly at: number;
  readonly view: Span;
  readonly className: string;
  readonly label?: string;
}

function Cursor({ at, view, className, label }: CursorProps) {
  const left = percent(at, view);
  if (left < 0 || left > 100) return null;
  return (
    <span className={className} style={{ left: `${left}%` }} data-testid={className}>
      {label !== undefined && <span className="cursor-label num">{label}</span>}
    </span>
  );
}

function wholeOf(task: Task, events: readonly StoredEvent[], now: number): Span {
  const last = events.at(-1)?.at ?? task.updatedAt;
  const until = isEnd(task.state) ? Math.max(task.updatedAt, last) : Math.max(now, last);
  return { from: task.createdAt, until: Math.max(task.createdAt, until) };
}

function toggledOf(all: ReadonlySet<AttemptId>, id: AttemptId): ReadonlySet<AttemptId> {
  const next = new Set(all);
  if (!next.delete(id)) next.add(id);
  return next;
}
