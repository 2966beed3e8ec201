/** The pull request of a task where there is little room: its sign, its number, and how its checks stand. */
import type { PullRequest } from '../../../shared/domain/pull.ts';
import { useText } from '../../context.ts';
import './pull-mark.css';
import { PullIcon } from './PullIcon.tsx';
import { pullState } from './pull-state.ts';

export function PullMark({ pull }: { readonly pull: PullRequest }) {
  const { pull: words } = useText();
  const { repo, number, checks, review } = pull;
  const state = pullState(pull);
  const said =
    review === 'none' ? words.checks[checks] : `${words.checks[checks]}, ${words.review[review]}`;
  const label = words.mark(`${repo}#${number}`, words.states[state], said);
  return (
    <span
      className="pull-mark num"
      role="img"
      aria-label={label}
      title={label}
      data-testid="pull-mark"
      data-pull={state}
      data-checks={checks}
    >
      <PullIcon state={state} size={13} />#{number}
      {checks !== 'none' && state !== 'merged' && (
        <span className="pull-dot" data-checks={checks} />
      )}
      {review === 'changes_requested' && <span className="pull-dot" data-checks="asked" />}
    </span>
  );
}
