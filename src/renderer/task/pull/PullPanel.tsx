/** The pull request of a task as its forge showed it last: state, checks, review, and what happens next. */
import { Button } from '@mantine/core';
import { IconExternalLink, IconGitMerge } from '@tabler/icons-react';
import type { PullRequest } from '../../../shared/domain/pull.ts';
import type { Task } from '../../../shared/domain/task.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useCall } from '../../components/use-call.ts';
import { useText } from '../../context.ts';
import { CheckList } from './CheckList.tsx';
import { canMerge, nextStepOf } from './next-step.ts';
import './pull.css';
import './pull-mark.css';
import { PullIcon } from './PullIcon.tsx';
import { pullState, webAddress } from './pull-state.ts';

export interface PullPanelProps {
  readonly task: Task;
  readonly pull: PullRequest;
}

export function PullPanel({ task, pull }: PullPanelProps) {
  const { pull: words } = useText();
  const merge = useCall('tasks.approve');
  const state = pullState(pull);
  const next = nextStepOf(task, pull);
  const href = webAddress(pull.url);
  return (
    <section data-testid="pull-panel" data-pull={state} data-checks={pull.checks} data-next={next}>
      <h2>{words.title}</h2>
      <div className="pull-head">
        <PullIcon state={state} size={17} />
        <strong className="clip" title={`${pull.repo}#${pull.number}`}>
          {pull.repo}#{pull.number}
        </strong>
        <span className="pull-state" data-pull={state}>
          {words.states[state]}
        </span>
      </div>
      {pull.state === 'open' && <Facts pull={pull} />}
      <p className="pull-next">
        {pull.state === 'open' && <strong>{words.nextTitle}: </strong>}
        {words.next[next]}
      </p>
      {merge.error && <ErrorNote error={merge.error} />}
      <div className="pull-buttons">
        {canMerge(task, pull) && (
          <Button
            color="moss"
            leftSection={<IconGitMerge size={14} />}
            loading={merge.isBusy}
            onClick={() => void merge.run({ id: task.id })}
            data-testid="pull-merge"
          >
            {words.mergeNow}
          </Button>
        )}
        {href !== null && (
          <Button
            component="a"
            href={href}
            target="_blank"
            rel="noreferrer"
            variant="default"
            leftSection={<IconExternalLink size={14} />}
            data-testid="pull-open"
          >
            {words.open}
          </Button>
        )}
      </div>
    </section>
  );
}

function Facts({ pull }: { readonly pull: PullRequest }) {
  const { pull: words } = useText();
  const { checks, checkRuns, review, mergeable, autoMerge } = pull;
  const passed = checkRuns.filter((run) => run.state === 'passed').length;
  return (
    <>
      <ul className="pull-facts">
        <li data-tone={TONES[checks]}>
          {words.checks[checks]}
          {checkRuns.length > 0 && (
            <span className="faint num"> · {words.passedOf(passed, checkRuns.length)}</span>
          )}
        </li>
        <li data-tone={TONES[review]}>{words.review[review]}</li>
        <li data-tone={TONES[mergeable]}>{words.mergeable[mergeable]}</li>
        {autoMerge && <li data-tone="good">{words.autoMerge}</li>}
      </ul>
      {checkRuns.length > 0 && <CheckList runs={checkRuns} />}
    </>
  );
}

type Said = PullRequest['checks'] | PullRequest['review'] | PullRequest['mergeable'];

const TONES: Readonly<Record<Said, 'good' | 'bad' | 'waits' | 'plain'>> = {
  none: 'plain',
  pending: 'waits',
  passed: 'good',
  failed: 'bad',
  required: 'waits',
  approved: 'good',
  changes_requested: 'bad',
  unknown: 'plain',
  clean: 'good',
  conflict: 'bad',
  behind: 'waits',
  blocked: 'waits',
};
