/** The trouble of a task that somebody works on, in a few words for cards and rows. */
import { IconArrowForwardUp, IconPlayerPause, IconPlugConnectedX } from '@tabler/icons-react';
import type { Task } from '../../shared/domain/task.ts';
import { Countdown } from '../components/Countdown.tsx';
import { useText } from '../context.ts';
import type { TaskTrouble } from '../store/trouble.ts';
import { useTrouble } from './use-trouble.ts';

export function TroubleNote({ task }: { readonly task: Task }) {
  const trouble = useTrouble(task);
  return trouble && <TroubleWords trouble={trouble} />;
}

/** Nothing for the troubles of tasks that wait: `WaitNote` says those. */
export function TroubleWords({ trouble }: { readonly trouble: TaskTrouble }) {
  const { reconnecting, paused, resuming } = useText().troubles;
  switch (trouble.kind) {
    case 'reconnecting':
      return (
        <span className="wait wait-trouble" data-testid="trouble" data-trouble={trouble.kind}>
          <IconPlugConnectedX size={14} aria-hidden="true" />
          <Countdown
            until={trouble.givenAwayAt}
            words={reconnecting.shortIn}
            after={reconnecting.short}
          />
        </span>
      );
    case 'paused':
      return (
        <span className="wait wait-trouble" data-testid="trouble" data-trouble={trouble.kind}>
          <IconPlayerPause size={14} aria-hidden="true" />
          {paused.short}
        </span>
      );
    case 'resuming':
      return (
        <span className="wait wait-resuming" data-testid="trouble" data-trouble={trouble.kind}>
          <IconArrowForwardUp size={14} aria-hidden="true" />
          <span className="clip">{resuming.short(trouble.from.attemptId)}</span>
        </span>
      );
    default:
      return null;
  }
}
