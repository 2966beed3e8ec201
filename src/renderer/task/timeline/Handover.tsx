/** Between two attempts: that the newer one went on with what the older one had done. */
import { IconArrowUp } from '@tabler/icons-react';
import type { Attempt } from '../../../shared/domain/attempt.ts';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { useData, useText } from '../../context.ts';
import { shortCommit } from '../../format/repo.ts';
import { selectAgentName, selectAttempt } from '../../store/selectors.ts';

export function Handover({ attempt }: { readonly attempt: Attempt }) {
  const { marks, resuming } = useText().troubles;
  const from = attempt.resumedFrom;
  const before = useData(selectAttempt(from?.attemptId ?? null));
  const fromAgent = useData(selectAgentName(before?.agentId));
  const toAgent = useData(selectAgentName(attempt.agentId));
  if (!from) return null;
  return (
    <div className="handover" data-testid="handover">
      <IconArrowUp size={15} aria-hidden="true" />
      <span className="handover-agents">
        {fromAgent && toAgent ? marks.handover(fromAgent, toAgent) : marks.handoverTitle}
      </span>
      <a
        className="dim clip"
        href={`#${elementOf(from.attemptId)}`}
        onClick={(event) => {
          // The address belongs to the router.
          event.preventDefault();
          const target = document.getElementById(elementOf(from.attemptId));
          target?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
          target?.querySelector('button')?.focus();
        }}
      >
        {resuming.short(from.attemptId)}
      </a>
      <span className="mono faint">{shortCommit(from.commit)}</span>
      <span className="faint">
        <RelativeTime at={from.at} />
      </span>
    </div>
  );
}

/** The element that shows an attempt, for links within the page. */
export function elementOf(attemptId: string): string {
  return `attempt-${attemptId}`;
}
