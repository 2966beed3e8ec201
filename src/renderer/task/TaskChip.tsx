/** The state of the open task in a word. A trouble that holds it up says more than the state it is held in. */
import type { Task } from '../../shared/domain/task.ts';
import { StateChip } from '../components/StateChip.tsx';
import { useText } from '../context.ts';
import { useTrouble } from '../tasks/use-trouble.ts';

export function TaskChip({ task }: { readonly task: Task }) {
  const { states, troubles, agents } = useText();
  const trouble = useTrouble(task)?.kind;
  const label =
    trouble === 'reconnecting'
      ? agents.reconnecting
      : trouble === 'paused'
        ? troubles.paused.title
        : trouble === 'parked'
          ? troubles.parked.short
          : trouble === 'waiting'
            ? troubles.waiting.chip
            : states[task.state];
  const isHeldUp = trouble === 'reconnecting' || trouble === 'paused' || trouble === 'waiting';
  return <StateChip state={isHeldUp ? 'trouble' : task.state} label={label} size="large" />;
}
