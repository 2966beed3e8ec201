/** Why a task failed, what helps, and when it is tried again. */
import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { Task } from '../../../shared/domain/task.ts';
import { useNow } from '../../components/now.ts';
import { useLanguage, useText } from '../../context.ts';
import { relative } from '../../format/time.ts';
import { Notice } from './Notice.tsx';
import { Said } from './Said.tsx';

export interface FailureNoticeProps {
  readonly task: Task;
  readonly failure: NonNullable<Task['failure']>;
}

export function FailureNotice({ task, failure }: FailureNoticeProps) {
  const { failures } = useText();
  const remedy = failures[failure.code];
  return (
    <Notice
      tone="red"
      testId="failure"
      icon={<IconAlertTriangle size={18} aria-hidden="true" />}
      title={
        <>
          {remedy.title}
          <code className="error-note-code">{failure.code}</code>
        </>
      }
      action={
        failure.attemptId !== null &&
        (failure.code === 'tests_failed' ? <TestsLink task={task} /> : <TerminalLink task={task} />)
      }
    >
      <p>
        {remedy.todo} {failure.retryAt !== null && <RetryNote at={failure.retryAt} />}
      </p>
      {failure.message !== '' && <Said text={failure.message} />}
    </Notice>
  );
}

export function TerminalLink({ task }: { readonly task: Task }) {
  const { failure } = useText().task;
  return (
    <Link className="notice-link" to={`/tasks/${task.id}/terminal`}>
      {failure.openTerminal}
    </Link>
  );
}

function TestsLink({ task }: { readonly task: Task }) {
  const { failure } = useText().task;
  return (
    <Link className="notice-link" to={`/tasks/${task.id}/tests`}>
      {failure.openTests}
    </Link>
  );
}

function RetryNote({ at }: { readonly at: number }) {
  const { failure } = useText().task;
  const language = useLanguage();
  const now = useNow();
  return <strong>{failure.retriesAt(relative(at, now, language))}</strong>;
}
