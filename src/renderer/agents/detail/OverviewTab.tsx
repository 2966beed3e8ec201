/** How an agent fares: the checks of its health beside its load over time. */
import { SegmentedControl } from '@mantine/core';
import { useCallback, useMemo } from 'react';
import { useAddress } from '../../address.ts';
import type { Agent } from '../../../shared/domain/agent.ts';
import { useText } from '../../context.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { HealthList } from './HealthList.tsx';
import { LoadCharts } from './LoadCharts.tsx';
import { pointsOf, type Measure } from './past.ts';
import { useVitalsPast } from './use-vitals-past.ts';

const RANGES = [15, 60, 1440] as const;

export function OverviewTab({ agent }: { readonly agent: Agent }) {
  const { detail } = useText().fleet;
  const [params, put] = useAddress();
  const minutes = RANGES.find((range) => String(range) === params.get('minutes')) ?? 15;
  const { past, live, error } = useVitalsPast(agent.id, minutes);
  const series = useMemo(
    () => ({
      cpu: pointsOf(past, live, 'cpu'),
      memoryUsedBytes: pointsOf(past, live, 'memoryUsedBytes'),
      diskFreeBytes: pointsOf(past, live, 'diskFreeBytes'),
      rxBytesPerS: pointsOf(past, live, 'rxBytesPerS'),
      txBytesPerS: pointsOf(past, live, 'txBytesPerS'),
      slotsBusy: pointsOf(past, live, 'slotsBusy'),
    }),
    [past, live],
  );
  const points = useCallback((measure: Measure) => series[measure], [series]);
  return (
    <div className="agent-overview">
      <HealthList agent={agent} points={points} />
      <section className="agent-load" aria-label={detail.charts}>
        <header>
          <h2>{detail.charts}</h2>
          <SegmentedControl
            aria-label={detail.range}
            value={String(minutes)}
            data={RANGES.map((range) => ({ value: String(range), label: detail.ranges[range] }))}
            onChange={(value) => put({ minutes: value === '15' ? null : value })}
            data-testid="agent-range"
          />
        </header>
        {error && <ErrorNote error={error} />}
        <LoadCharts agent={agent} minutes={minutes} points={points} />
      </section>
    </div>
  );
}
