/** The times in which an attempt stood still, hatched over its lane. */
import { useText } from '../../context.ts';
import { duration } from '../../format/time.ts';
import type { Pause } from './marks.ts';

export function PauseSpans({ pauses }: { readonly pauses: readonly Pause[] }) {
  const { marks } = useText().troubles;
  return pauses.map(({ from, left, width, durationMs }) => {
    const label = marks.pause(duration(durationMs));
    return (
      <span
        key={from}
        className="pause"
        role="img"
        aria-label={label}
        title={label}
        data-testid="pause"
        style={{ left: `${left}%`, width: `${width}%` }}
      />
    );
  });
}
