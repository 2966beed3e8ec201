/** The task itself: what it waited for while nobody worked on it. */
import { isEnd, type Task } from '../../../shared/domain/task.ts';
import { useText } from '../../context.ts';
import { duration } from '../../format/time.ts';
import type { Text } from '../../i18n/en.ts';
import { Bar } from './Bar.tsx';
import { useChart } from './ChartContext.ts';
import { ForgeMarks } from './ForgeMarks.tsx';
import { Lane } from './Lane.tsx';
import { pausesOf } from './marks.ts';
import { PauseBars } from './PauseBars.tsx';
import { waitsOf, type Wait } from './waits.ts';
import { lengthOf } from './zoom.ts';

export function TaskRow({ task }: { readonly task: Task }) {
  const text = useText();
  const { events, stops, now } = useChart();
  const there = { from: task.createdAt, until: isEnd(task.state) ? task.updatedAt : now };
  return (
    <div className="chart-row chart-row-task" data-testid="waits">
      <span className="chart-label dim">{text.chart.waiting}</span>
      <Lane attemptId={null}>
        {waitsOf(task, events, now).map((wait) => {
          const words = wordsOf(wait, text);
          return (
            <Bar
              key={`${wait.kind} ${wait.span.from}`}
              span={wait.span}
              className="wait"
              state={wait.kind}
              label={`${words} · ${duration(lengthOf(wait.span))}`}
              testId="wait"
            >
              <span className="wait-words clip" aria-hidden="true">
                {words}
              </span>
            </Bar>
          );
        })}
        <PauseBars pauses={pausesOf(stops, there)} />
        <ForgeMarks />
      </Lane>
    </div>
  );
}

function wordsOf({ kind, why }: Wait, { chart, events }: Text): string {
  return why === null ? chart.waits[kind] : events.queued[why];
}
