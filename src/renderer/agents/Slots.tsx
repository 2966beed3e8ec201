/** Slots as little benches: taken and free. */
import { useText } from '../context.ts';

/** More than this are told by the number alone. */
const MOST_DRAWN = 32;

export interface SlotsProps {
  readonly used: number;
  readonly all: number;
  /** What the agent said itself, where its slots follow its load to another number. */
  readonly own?: number | undefined;
}

export function Slots({ used, all, own }: SlotsProps) {
  const { agents, fleet } = useText();
  const follows = own !== undefined && own !== all;
  return (
    <div className="slots">
      <span className="slots-label">{agents.slots}</span>
      <span className="slots-bars" aria-hidden="true">
        {Array.from({ length: Math.min(all, MOST_DRAWN) }, (_, index) => (
          <span key={index} className="slot" data-taken={index < used} />
        ))}
      </span>
      <span className="dim num">{agents.slotsOf(used, all)}</span>
      {follows && (
        <span className="faint slots-own" title={fleet.ownSlotsHint(own, all)}>
          {fleet.ownSlots(own)}
        </span>
      )}
    </div>
  );
}
