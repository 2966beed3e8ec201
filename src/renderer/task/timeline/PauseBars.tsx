/** The times in which an attempt stood still, hatched over its lane, each with its reason. */
import { useText } from '../../context.ts';
import { duration } from '../../format/time.ts';
import type { Text } from '../../i18n/en.ts';
import { Bar } from './Bar.tsx';
import type { Pause } from './marks.ts';
import { lengthOf } from './zoom.ts';

export function PauseBars({ pauses }: { readonly pauses: readonly Pause[] }) {
  const text = useText();
  return pauses.map(({ why, span, ...stop }) => (
    <Bar
      key={`${why} ${span.from}`}
      span={span}
      className="pause"
      state={why}
      label={labelOf(why, duration(lengthOf(span)), stop, text)}
      testId="pause"
    />
  ));
}

function labelOf(
  why: Pause['why'],
  length: string,
  { by = '', reason = '' }: Pick<Pause, 'by' | 'reason'>,
  { chart }: Text,
): string {
  if (why !== 'stopped') return chart.stoodStill[why](length);
  const words = chart.stoodStill.stopped(length, by);
  return reason === '' ? words : `${words}: ${reason}`;
}
