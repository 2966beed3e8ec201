/** The load of an agent over time, one chart for each measure. */
import { useMemo } from 'react';
import type { Agent } from '../../../shared/domain/agent.ts';
import { AreaChart } from '../../components/charts/AreaChart.tsx';
import type { Point, Series } from '../../components/charts/series.ts';
import { useNow } from '../../components/now.ts';
import { useData, useText } from '../../context.ts';
import { bytes, percent } from '../../format/size.ts';
import { selectAgentVitals } from '../../store/selectors.ts';
import type { Measure } from './past.ts';

export interface LoadChartsProps {
  readonly agent: Agent;
  readonly minutes: number;
  readonly points: (measure: Measure) => readonly Point[];
}

const asPercent = (share: number): string => `${percent(share)} %`;
const asCount = (count: number): string => String(Math.round(count * 10) / 10);

export function LoadCharts({ agent, minutes, points }: LoadChartsProps) {
  const { detail } = useText().fleet;
  const { chartNames: names, perSecond } = detail;
  const to = useNow();
  const vitals = useData(selectAgentVitals(agent.id));
  const memoryBytes = vitals?.memoryBytes ?? agent.capabilities.memoryBytes;
  const frame = { from: to - minutes * 60_000, to };
  const series = useSeries(points);
  const hasNetwork = series.network.some((one) => one.points.some(({ value }) => value !== null));
  return (
    <div className="agent-charts">
      <AreaChart
        {...frame}
        label={names.cpu}
        series={series.cpu}
        max={1}
        format={asPercent}
        testId="chart-cpu"
      />
      <AreaChart
        {...frame}
        label={names.memory}
        series={series.memory}
        {...(memoryBytes > 0 && { max: memoryBytes })}
        base="binary"
        format={bytes}
        testId="chart-memory"
      />
      {hasNetwork || vitals?.rxBytesPerS !== undefined || !vitals ? (
        <AreaChart
          {...frame}
          label={names.network}
          series={series.network}
          base="binary"
          format={(rate) => perSecond(bytes(rate))}
          testId="chart-network"
        />
      ) : (
        <p className="agent-no-chart faint">{detail.noNetwork}</p>
      )}
      <AreaChart
        {...frame}
        label={names.disk}
        series={series.disk}
        base="binary"
        format={bytes}
        testId="chart-disk"
      />
      <AreaChart
        {...frame}
        label={names.slots}
        series={series.slots}
        max={agent.slots}
        base="whole"
        format={asCount}
        testId="chart-slots"
      />
    </div>
  );
}

function useSeries(points: LoadChartsProps['points']) {
  const { chartNames: names } = useText().fleet.detail;
  return useMemo(() => {
    const one = (name: string, tone: Series['tone'], measure: Measure): Series => ({
      name,
      tone,
      points: points(measure),
    });
    return {
      cpu: [one(names.cpu, 'accent', 'cpu')],
      memory: [one(names.memory, 'violet', 'memoryUsedBytes')],
      disk: [one(names.disk, 'green', 'diskFreeBytes')],
      network: [
        one(names.received, 'blue', 'rxBytesPerS'),
        one(names.sent, 'amber', 'txBytesPerS'),
      ],
      slots: [one(names.slots, 'blue', 'slotsBusy')],
    };
  }, [points, names]);
}
