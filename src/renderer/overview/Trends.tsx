/** What was done and used today, against the days before: two charts with their figure of today. */
import { SegmentedControl } from '@mantine/core';
import { useMemo, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import type { OutputOf } from '../../shared/contract.ts';
import { tokensOf, type Usage } from '../../shared/usage.ts';
import { Bars, type Bar, type Part } from '../components/charts/Bars.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useNow } from '../components/now.ts';
import { useAnswer } from '../components/use-answer.ts';
import { useLanguage, useText } from '../context.ts';
import { compact, dollars } from '../format/number.ts';
import { whole } from '../format/size.ts';

const ASK_AGAIN_MS = 15_000;
const CHOICES = ['7', '14'] as const;

export function Trends() {
  const { overview } = useText();
  const [days, setDays] = useState(14);
  const offset = new Date(useNow()).getTimezoneOffset();
  const question = useMemo(() => ({ days, offset }), [days, offset]);
  const { value, error } = useAnswer('stats.get', question, ASK_AGAIN_MS);
  const choice = (
    <SegmentedControl
      className="ov-more"
      aria-label={overview.range}
      value={String(days)}
      onChange={(chosen) => setDays(Number(chosen))}
      data={CHOICES.map((count) => ({ value: count, label: overview.days(Number(count)) }))}
      data-testid="overview-days"
    />
  );
  if (error && !value) {
    return (
      <div className="ov-trends">
        <ErrorNote error={error} />
      </div>
    );
  }
  return (
    <div className="ov-trends">
      <Done stats={value} choice={choice} />
      <Used stats={value} />
    </div>
  );
}

type Stats = OutputOf<'stats.get'>;

interface TrendProps {
  /** `null` until the answer is there: the place is kept. */
  readonly stats: Stats | null;
}

function Done({ stats, choice }: TrendProps & { readonly choice: ReactNode }) {
  const { overview } = useText();
  const language = useLanguage();
  const { done, usual, firstDay } = overview;
  const parts: Part[] = [
    { name: done.merged, tone: 'green' },
    { name: done.failed, tone: 'red' },
  ];
  const bars = useBars(stats, ({ completed, failed }) => [completed, failed]);
  const before = stats?.usual ?? null;
  return (
    <section className="ov-trend panel" aria-label={done.title} data-testid="overview-done">
      <header className="ov-head">
        <Figure
          value={stats ? whole(stats.today.completed, language) : null}
          words={done.today}
          beside={before ? usual(compact(before.completed, language)) : firstDay}
        />
        {choice}
      </header>
      {stats && (
        <Bars
          label={done.title}
          parts={parts}
          bars={bars}
          base="whole"
          format={(count) => compact(count, language)}
        />
      )}
    </section>
  );
}

function Used({ stats }: TrendProps) {
  const { overview } = useText();
  const language = useLanguage();
  const { used, usual, firstDay } = overview;
  const parts: Part[] = [{ name: used.tokens, tone: 'accent' }];
  const bars = useBars(stats, (usage) => [Math.max(0, tokensOf(usage))]);
  const before = stats?.usual ?? null;
  return (
    <section className="ov-trend panel" aria-label={used.title} data-testid="overview-used">
      <header className="ov-head">
        <Figure
          value={stats ? compact(tokensOf(stats.today), language) : null}
          words={`${used.today}${stats ? ` · ${dollars(stats.today.costUsd, language)}` : ''}`}
          beside={before ? usual(compact(tokensOf(before), language)) : firstDay}
        />
        <Link className="ov-more" to="/usage">
          {used.all}
        </Link>
      </header>
      {stats && (
        <Bars
          label={used.title}
          parts={parts}
          bars={bars}
          base="whole"
          format={(count) => compact(count, language)}
        />
      )}
    </section>
  );
}

interface FigureProps {
  readonly value: string | null;
  readonly words: string;
  readonly beside: string;
}

function Figure({ value, words, beside }: FigureProps) {
  return (
    <p className="ov-figure">
      <strong className="num">{value ?? '–'}</strong> <span className="dim num">{words}</span>
      <span className="faint num">{value === null ? '\u00a0' : beside}</span>
    </p>
  );
}

function useBars(stats: Stats | null, amountsOf: (usage: Usage) => number[]): Bar[] {
  const language = useLanguage();
  const format = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'numeric' });
  return (stats?.days ?? []).map(({ at, usage }) => ({
    name: format.format(at),
    amounts: amountsOf(usage),
  }));
}
