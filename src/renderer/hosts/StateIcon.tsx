/** The state of a step or of a whole run as a sign; its word is for those who cannot see it. */
import { Loader } from '@mantine/core';
import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleMinus,
  IconCircleXFilled,
  IconHelpCircleFilled,
} from '@tabler/icons-react';
import type { Provisioning, StepState } from '../../shared/provisioning.ts';

export interface StateIconProps {
  readonly state: StepState | Provisioning['state'];
  readonly size?: number;
}

const ICONS = {
  waiting: IconCircleDashed,
  asking: IconHelpCircleFilled,
  done: IconCircleCheckFilled,
  warned: IconAlertTriangleFilled,
  failed: IconCircleXFilled,
  skipped: IconCircleMinus,
  cancelled: IconCircleMinus,
};

export function StateIcon({ state, size = 17 }: StateIconProps) {
  if (state === 'running') {
    return (
      <span className="state-icon" data-state="running" aria-hidden="true">
        <Loader size={size - 3} color="var(--state)" />
      </span>
    );
  }
  const Icon = ICONS[state];
  return (
    <span className="state-icon" data-state={state} aria-hidden="true">
      <Icon size={size} />
    </span>
  );
}
