/** The values that an axis names, and the lines they stand on. */
import { shareOf } from './scale.ts';

interface Ticks {
  readonly ticks: readonly number[];
  /** The value at the top. */
  readonly top: number;
}

export function ValueAxis({
  ticks,
  top,
  format,
}: Ticks & { readonly format: (value: number) => string }) {
  return (
    <div className="graph-values num">
      {placesOf({ ticks, top }).map(({ tick, bottom }) => (
        <span key={tick} style={{ bottom }}>
          {format(tick)}
        </span>
      ))}
    </div>
  );
}

export function GridLines(props: Ticks) {
  return placesOf(props)
    .slice(1)
    .map(({ tick, bottom }) => <span key={tick} className="graph-grid" style={{ bottom }} />);
}

function placesOf({ ticks, top }: Ticks): { tick: number; bottom: string }[] {
  return ticks
    .filter((tick) => tick <= top)
    .map((tick) => ({ tick, bottom: `${shareOf(tick, 0, top) * 100}%` }));
}
