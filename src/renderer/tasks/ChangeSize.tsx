/** The size of a change: +12 −3. */
import type { ChangeStats } from '../../shared/domain/task.ts';

export function ChangeSize({
  stats,
}: {
  readonly stats: Pick<ChangeStats, 'insertions' | 'deletions'>;
}) {
  return (
    <span className="change-size num">
      {stats.insertions > 0 && <span className="change-added">+{stats.insertions}</span>}
      {stats.deletions > 0 && <span className="change-removed">−{stats.deletions}</span>}
    </span>
  );
}
