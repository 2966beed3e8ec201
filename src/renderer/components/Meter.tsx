/** A share of something bounded, as a thin bar with its value beside it. */
import { percent } from '../format/size.ts';
import './meter.css';

export interface MeterProps {
  readonly label: string;
  /** 0 to 1. */
  readonly share: number;
  readonly value: string;
}

export function Meter({ label, share, value }: MeterProps) {
  const now = percent(share);
  return (
    <div className="meter" data-level={share > 0.9 ? 'high' : 'normal'}>
      <span className="meter-label">{label}</span>
      <span
        className="meter-track"
        role="meter"
        aria-label={label}
        aria-valuenow={now}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuetext={value}
      >
        <span className="meter-fill" style={{ transform: `scaleX(${now / 100})` }} />
      </span>
      <span className="meter-value num">{value}</span>
    </div>
  );
}
