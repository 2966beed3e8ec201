/** What the workshop used: by engine, agent, repository or model, over some time, and what today may come to. */
import { Button, SegmentedControl } from '@mantine/core';
import { IconChartBar, IconFileSpreadsheet } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useAddress } from '../address.ts';
import { useModelAccounts } from '../accounts/use-model-accounts.ts';
import { USAGE_GROUPS } from '../../shared/contract-usage.ts';
import { Empty } from '../components/Empty.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useNow } from '../components/now.ts';
import { ScreenHead } from '../components/ScreenHead.tsx';
import { useAnswer } from '../components/use-answer.ts';
import { useApp, useText } from '../context.ts';
import { download } from '../format/download.ts';
import { MEASURES, questionOf, RANGES, viewOf, type View } from './address.ts';
import { csvOf } from './csv.ts';
import { CallsTable } from './CallsTable.tsx';
import { ForecastCard } from './ForecastCard.tsx';
import { BudgetsCard, LimitsCard } from './LimitsCard.tsx';
import { groupName } from './names.ts';
import { GitHubCard } from './GitHubCard.tsx';
import './usage.css';
import { UsageChart } from './UsageChart.tsx';
import { UsageTable } from './UsageTable.tsx';

/** The longer the time, the less the last minute changes it, and the more there is to add up. */
const ASK_AGAIN_MS = { today: 20_000, week: 30_000, month: 120_000, quarter: 600_000 } as const;
const HOUR_MS = 3_600_000;

export function UsageScreen() {
  const text = useText();
  const { data } = useApp();
  const [params, put] = useAddress();
  const view = useMemo(() => viewOf(params), [params]);
  const { range, group, measure } = view;
  // The question changes with the day, not with the clock.
  const hour = Math.floor(useNow() / HOUR_MS);
  const question = useMemo(
    () => questionOf({ range, group }, hour * HOUR_MS),
    [range, group, hour],
  );
  const { accounts } = useModelAccounts();
  const { value, error } = useAnswer('usage.get', question, ASK_AGAIN_MS[range]);
  const nameOf = (name: string | null): string =>
    groupName(name, group, text, { ...data.getState(), accounts });

  function set(field: string, chosen: string): void {
    put({ [field]: chosen });
  }

  return (
    <div className="usage-screen" data-testid="usage">
      <ScreenHead
        title={text.usage.title}
        actions={
          <Button
            variant="default"
            leftSection={<IconFileSpreadsheet size={14} />}
            disabled={!value || value.groups.length === 0}
            onClick={() => value && save(csvOf(value, group, nameOf), view)}
            data-testid="usage-export"
          >
            {text.usage.export}
          </Button>
        }
      />
      <Choices view={view} set={set} />
      <div className="usage">
        {error && <ErrorNote error={error} />}
        <div className="usage-top">
          <section className="usage-chart panel">
            {value && value.groups.length === 0 ? (
              <Empty icon={<IconChartBar size={26} />} title={text.usage.none}>
                <p>{text.usage.noneText}</p>
              </Empty>
            ) : (
              value && <UsageChart usage={value} view={view} nameOf={nameOf} />
            )}
          </section>
          <aside className="usage-side">
            <ForecastCard />
            <LimitsCard />
            <BudgetsCard />
            <GitHubCard />
          </aside>
        </div>
        <UsageTable usage={value} group={group} measure={measure} nameOf={nameOf} />
        <p className="faint usage-note">{text.usage.note}</p>
        <CallsTable />
      </div>
    </div>
  );
}

interface ChoicesProps {
  readonly view: View;
  set(field: string, value: string): void;
}

function Choices({ view, set }: ChoicesProps) {
  const { usage } = useText();
  const ranges: View['range'][] = ['today', 'week', 'month', 'quarter'];
  return (
    <div className="usage-choices">
      <SegmentedControl
        aria-label={usage.range}
        value={view.range}
        onChange={(value) => set('range', value)}
        data={ranges.map((value) => ({ value, label: usage.ranges[value] }))}
        data-testid="usage-range"
      />
      <SegmentedControl
        aria-label={usage.group}
        value={view.group}
        onChange={(value) => set('by', value)}
        data={USAGE_GROUPS.map((value) => ({ value, label: usage.groups[value] }))}
        data-testid="usage-group"
      />
      <SegmentedControl
        aria-label={usage.measure}
        value={view.measure}
        onChange={(value) => set('show', value)}
        data={MEASURES.map((value) => ({ value, label: usage.measures[value] }))}
        data-testid="usage-measure"
      />
    </div>
  );
}

function save(csv: string, { range, group }: View): void {
  // The mark tells spreadsheets that it is UTF-8.
  const file = new Blob(['\ufeff', csv], { type: 'text/csv' });
  download(file, `koubou-usage-${RANGES[range]}d-${group}.csv`);
}
