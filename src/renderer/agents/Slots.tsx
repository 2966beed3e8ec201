/** Slots as little benches: taken and free. */
import { useText } from '../context.ts';

/** More than this are told by the number alone. */
const MOST_DRAWN = 32;

export function Slots({ used, all }: { readonly used: number; readonly all: number }) {
  const { agents } = useText();
  return (
    <div className="slots">
      <span className="slots-label">{agents.slots}</span>
      <span className="slots-bars" aria-hidden="true">
        {Array.from({ length: Math.min(all, MOST_DRAWN) }, (_, index) => (
          <span key={index} className="slot" data-taken={index < used} />
        ))}
      </span>
      <span className="dim num">{agents.slotsOf(used, all)}</span>
    </div>
  );
}
