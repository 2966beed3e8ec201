/** How long the attempt may still take, by what is known: what such tasks took before, and when it is stopped at the latest. */
import type { Attempt } from '../../shared/domain/attempt.ts';
import type { Task } from '../../shared/domain/task.ts';
import { useNow } from '../components/now.ts';
import { useText } from '../context.ts';
import { counting, duration } from '../format/time.ts';
import { useOutlook } from './use-outlook.ts';

export function TimeLeft({ task, attempt }: { readonly task: Task; readonly attempt: Attempt }) {
  const { outlook: text } = useText().review;
  const outlook = useOutlook(task);
  const now = useNow();
  if (!outlook) return null;
  const { usual, limitAt } = outlook;
  if (usual) {
    const left = attempt.assignedAt + usual.ms - now;
    return (
      <span className="num" title={text.usualHint(duration(usual.ms), usual.of)} data-testid="left">
        {left > 0 ? text.usual(counting(left)) : text.over}
      </span>
    );
  }
  if (limitAt === null) return null;
  return (
    <span className="num" title={text.limitHint} data-testid="left">
      {text.limit(counting(limitAt - now))}
    </span>
  );
}
