/** What became of an attempt that ended early: where its work is kept, and that it came back and was refused. */
import { IconArrowBarToDown, IconShieldX } from '@tabler/icons-react';
import type { Attempt } from '../../../shared/domain/attempt.ts';
import { workBranchOf } from '../../../shared/domain/branch.ts';
import { CopyLine } from '../../components/CopyLine.tsx';
import { useText } from '../../context.ts';
import { shortCommit } from '../../format/repo.ts';
import { keptOf } from '../../store/trouble.ts';

export function AttemptFate({ attempt }: { readonly attempt: Attempt }) {
  const { lost, fenced } = useText().troubles;
  const kept = keptOf(attempt);
  const isLost = attempt.state === 'lost';
  if (!kept && !attempt.fenced && !isLost) return null;
  return (
    <div className="fate">
      {attempt.fenced && (
        <p className="fate-line fate-fenced" data-testid="fenced">
          <IconShieldX size={15} aria-hidden="true" />
          <span>
            {fenced.title} <span className="dim">{fenced.what(attempt.fenced.what)}</span>
          </span>
        </p>
      )}
      {kept ? (
        <div className="fate-line fate-kept" data-testid="kept">
          <IconArrowBarToDown size={15} aria-hidden="true" />
          <span>{lost.kept}</span>
          <CopyLine text={workBranchOf(kept.attemptId)} />
          <span className="mono faint">{shortCommit(kept.commit)}</span>
        </div>
      ) : (
        isLost && <p className="fate-line faint">{lost.nothing}</p>
      )}
    </div>
  );
}
