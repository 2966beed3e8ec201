/** The issue that a task was made from: its name, whether it is open, and the way to it in the browser. */
import { IconCircleCheck, IconCircleDot } from '@tabler/icons-react';
import type { Origin } from '../../../shared/domain/origin.ts';
import type { IssueSource } from '../../../shared/domain/source.ts';
import { useText } from '../../context.ts';
import './pull.css';
import { webAddress } from './pull-state.ts';

export interface IssueChipProps {
  readonly origin: Origin;
  readonly source: IssueSource | null;
}

export function IssueChip({ origin, source }: IssueChipProps) {
  const { pull: words } = useText();
  const state = source?.state ?? null;
  const Icon = state === 'closed' ? IconCircleCheck : IconCircleDot;
  const href = webAddress(origin.url);
  const inside = (
    <>
      <Icon size={14} aria-hidden="true" />
      <span className="clip">{origin.ref}</span>
      {state !== null && <span className="issue-state">{words.issueStates[state]}</span>}
    </>
  );
  const said = { className: 'issue-chip', 'data-state': state, 'data-testid': 'issue-chip' };
  if (href === null) return <span {...said}>{inside}</span>;
  const label = words.issue(origin.ref, state === null ? null : words.issueStates[state]);
  return (
    <a {...said} href={href} target="_blank" rel="noreferrer" title={label}>
      {inside}
    </a>
  );
}
