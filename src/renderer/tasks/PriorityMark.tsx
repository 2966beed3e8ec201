/** Marks what is not of normal priority. */
import { IconArrowDown, IconArrowUp, IconFlame } from '@tabler/icons-react';
import type { Priority } from '../../shared/domain/task.ts';
import { useText } from '../context.ts';

const ICONS = { urgent: IconFlame, high: IconArrowUp, low: IconArrowDown } as const;

export function PriorityMark({ priority }: { readonly priority: Priority }) {
  const { priorities } = useText();
  if (priority === 'normal') return null;
  const Icon = ICONS[priority];
  return (
    <span className="priority" data-priority={priority} title={priorities[priority]}>
      <Icon size={14} role="img" aria-label={priorities[priority]} />
    </span>
  );
}
