/** How far an upload is, and how fast it goes. */
import { useState } from 'react';
import type { ProvisioningStep } from '../../shared/provisioning.ts';
import { browserClock } from '../client/clock.ts';
import { useText } from '../context.ts';
import { bytes, percent } from '../format/size.ts';
import { speedOf, withReading, type Reading } from './speed.ts';

export interface UploadBarProps {
  readonly progress: NonNullable<ProvisioningStep['progress']>;
}

export function UploadBar({ progress: { done, total } }: UploadBarProps) {
  const { runs } = useText().hosts;
  const [readings, setReadings] = useState<readonly Reading[]>([]);
  const next =
    readings.at(-1)?.done === done
      ? readings
      : withReading(readings, { at: browserClock.monotonic(), done });
  // Kept with the draw that shows it.
  if (next !== readings) setReadings(next);
  const speed = speedOf(next);
  const now = percent(total === 0 ? 1 : done / total);
  return (
    <div className="upload" data-testid="upload">
      <div
        className="upload-track"
        role="progressbar"
        aria-label={runs.steps.upload}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={now}
        aria-valuetext={runs.uploaded(bytes(done), bytes(total))}
      >
        <span style={{ transform: `scaleX(${now / 100})` }} />
      </div>
      <span className="num dim">{runs.uploaded(bytes(done), bytes(total))}</span>
      <span className="num upload-speed">{speed !== null && runs.speed(bytes(speed))}</span>
    </div>
  );
}
