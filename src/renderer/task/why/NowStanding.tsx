/** How the agents stand to a task that waits, as it would be given out now. From the coordinator, asked again while it shows. */
import { useMemo } from 'react';
import type { Task } from '../../../shared/domain/task.ts';
import { useAnswer } from '../../components/use-answer.ts';
import { useText } from '../../context.ts';
import { PassedOver } from './PassedOver.tsx';
import { PointsTable } from './PointsTable.tsx';

const ASK_AGAIN_MS = 5_000;

export function NowStanding({ task: { id } }: { readonly task: Task }) {
  const { placement } = useText();
  const question = useMemo(() => ({ id }), [id]);
  const now = useAnswer('tasks.explain', question, ASK_AGAIN_MS).value?.now;
  if (!now || now.reasons.length === 0) return null;
  return (
    <section className="why-now" aria-labelledby="why-now" data-testid="why-now">
      <h2 id="why-now">{placement.now(placement.strategies[now.strategy])}</h2>
      <PointsTable reasons={now.reasons} chosen={null} />
      <PassedOver passed={now.passed} />
    </section>
  );
}
