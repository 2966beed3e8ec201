/** The branches on which the work of attempts that ended early is kept. */
import { useMemo } from 'react';
import { workBranchOf } from '../../shared/domain/branch.ts';
import type { Task } from '../../shared/domain/task.ts';
import { CopyLine } from '../components/CopyLine.tsx';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { useData, useText } from '../context.ts';
import { attemptsOf, selectAttempts } from '../store/selectors.ts';
import { keptOf } from '../store/trouble.ts';

export function KeptWork({ task }: { readonly task: Task }) {
  const { kept: words } = useText().troubles;
  const attempts = useData(selectAttempts);
  const kept = useMemo(
    () => attemptsOf(attempts, task.id).flatMap((attempt) => keptOf(attempt) ?? []),
    [attempts, task.id],
  );
  // Once its change is merged, nobody looks for an earlier draft of it.
  if (kept.length === 0 || task.state === 'completed') return null;
  return (
    <section data-testid="kept-work">
      <h2>{words.title}</h2>
      <p className="faint">{words.hint}</p>
      <ul className="kept-work">
        {kept.map(({ attemptId, at }) => (
          <li key={attemptId}>
            <CopyLine text={workBranchOf(attemptId)} />
            <span className="faint">
              <RelativeTime at={at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
