/** The issues that must be closed before a task begins. */
import type { Origin } from '../../../shared/domain/origin.ts';
import { useText } from '../../context.ts';
import { IssueChip } from './IssueChip.tsx';

export function BlockerList({ blockers }: { readonly blockers: readonly Origin[] }) {
  const { pull: words } = useText();
  if (blockers.length === 0) return null;
  return (
    <div data-testid="blockers">
      <p className="dim">
        {words.blockers}. {words.blockersText}
      </p>
      <ul className="blockers">
        {blockers.map((blocker) => (
          <li key={blocker.url}>
            <IssueChip origin={blocker} source={null} />
          </li>
        ))}
      </ul>
    </div>
  );
}
