/** The times in which an attempt stood still, hatched over its lane, each with its reason. */
import { useText } from '../../context.ts';
import { duration } from '../../format/time.ts';
import { Bar } from './Bar.tsx';
import type { Pause } from './marks.ts';
import { lengthOf } from './zoom.ts';

export function PauseBars({ pauses }: { readonly pauses: readonly Pause[] }) {
  const { chart } = useText();
  return pauses.map(({ why, span }) => (
    <Bar
      key={`${why} ${span.from}`}
      span={span}
      className="pause"
      state={why}
      label={chart.stoodStill[why](duration(lengthOf(span)))}
      testId="pause"
    />
  ));
}
