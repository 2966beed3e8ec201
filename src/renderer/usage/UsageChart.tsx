/** One amount over time, stacked by group; the smaller groups together. */
import { useMemo } from 'react';
import type { OutputOf } from '../../shared/contract.ts';
import { Bars, type Bar, type Part } from '../components/charts/Bars.tsx';
import type { Base } from '../components/charts/scale.ts';
import { useLanguage, useText } from '../context.ts';
import { compact, dollars } from '../format/number.ts';
import { duration } from '../format/time.ts';
import type { Language } from '../i18n/languages.ts';
import { amountOf, type Measure, type View } from './address.ts';

export interface UsageChartProps {
  readonly usage: OutputOf<'usage.get'>;
  readonly view: View;
  readonly nameOf: (name: string | null) => string;
}

/** So many colours are told apart; the last is for the rest. */
const TONES = ['accent', 'green', 'amber', 'violet', 'blue'] as const;

const BASES: Readonly<Record<Measure, Base>> = {
  tokens: 'whole',
  cost: 'decimal',
  attempts: 'whole',
  time: 'decimal',
};

export function UsageChart({ usage, view, nameOf }: UsageChartProps) {
  const { usage: words } = useText();
  const language = useLanguage();
  const { measure, range, group } = view;
  const ordered = useMemo(
    () => usage.groups.toSorted((a, b) => amountOf(b.total, measure) - amountOf(a.total, measure)),
    [usage, measure],
  );
  const first = ordered.slice(0, TONES.length);
  const rest = ordered.slice(TONES.length);
  const parts: Part[] = first.map(({ name }, index) => ({
    name: nameOf(name),
    tone: TONES[index] ?? 'gray',
  }));
  if (rest.length > 0) parts.push({ name: words.others, tone: 'gray' });
  const names = useMemo(
    () =>
      new Intl.DateTimeFormat(
        language,
        range === 'today'
          ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
          : { day: 'numeric', month: 'short' },
      ),
    [language, range],
  );
  const bars = usage.pieces.map((at, index): Bar => {
    const amounts = ordered.map(({ pieces }) => {
      const piece = pieces[index];
      return piece ? amountOf(piece, measure) : 0;
    });
    const others = amounts.slice(TONES.length).reduce((sum, amount) => sum + amount, 0);
    return {
      name: names.format(at),
      amounts: rest.length > 0 ? [...amounts.slice(0, TONES.length), others] : amounts,
    };
  });
  return (
    <Bars
      label={words.chart(words.measures[measure], words.groups[group])}
      parts={parts}
      bars={bars}
      base={BASES[measure]}
      format={(amount) => told(amount, measure, language)}
      testId="usage-chart"
    />
  );
}

export function told(amount: number, measure: Measure, language: Language): string {
  if (measure === 'cost') return dollars(amount, language);
  return measure === 'time' ? duration(amount) : compact(amount, language);
}
