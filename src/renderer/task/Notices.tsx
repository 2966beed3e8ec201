/** What stands in the way of a task: why it failed, or why its change was not merged, and what to do. */
import { IconAlertTriangle, IconGitMerge } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { Task } from '../../shared/domain/task.ts';
import { useNow } from '../components/now.ts';
import { useLanguage, useText } from '../context.ts';
import { relative } from '../format/time.ts';

export function Notices({ task }: { readonly task: Task }) {
  const { state, failure, merge, cancelReason } = task;
  if (state === 'failed' && failure) return <FailureNotice task={task} failure={failure} />;
  if (state === 'review' && merge?.state === 'refused') return <RefusedNotice merge={merge} />;
  if (state === 'cancelled' && cancelReason) return <CancelledNotice reason={cancelReason} />;
  return null;
}

interface FailureNoticeProps {
  readonly task: Task;
  readonly failure: NonNullable<Task['failure']>;
}

function FailureNotice({ task, failure }: FailureNoticeProps) {
  const { failures, task: text } = useText();
  const remedy = failures[failure.code];
  return (
    <section className="notice" role="alert" data-tone="red" data-testid="failure">
      <IconAlertTriangle size={18} aria-hidden="true" />
      <div className="notice-text">
        <p className="notice-title">
          {remedy.title}
          <code className="error-note-code">{failure.code}</code>
        </p>
        <p>
          {remedy.todo} {failure.retryAt !== null && <RetryNote at={failure.retryAt} />}
        </p>
        {failure.message !== '' && <pre className="notice-said">{failure.message}</pre>}
      </div>
      {failure.attemptId !== null && (
        <Link className="notice-link" to={`/tasks/${task.id}/terminal`}>
          {text.failure.openTerminal}
        </Link>
      )}
    </section>
  );
}

function RetryNote({ at }: { readonly at: number }) {
  const { failure } = useText().task;
  const language = useLanguage();
  const now = useNow();
  return <strong>{failure.retriesAt(relative(at, now, language))}</strong>;
}

function RefusedNotice({
  merge,
}: {
  readonly merge: Extract<Task['merge'], { state: 'refused' }>;
}) {
  const { refused } = useText().task;
  return (
    <section className="notice" role="alert" data-tone="red" data-testid="merge-refused">
      <IconGitMerge size={18} aria-hidden="true" />
      <div className="notice-text">
        <p className="notice-title">{refused.title}</p>
        <p>{merge.message}</p>
        {merge.files.length > 0 && (
          <ul className="notice-files" aria-label={refused.files}>
            {merge.files.map((file) => (
              <li key={file} className="mono">
                {file}
              </li>
            ))}
          </ul>
        )}
        <p className="dim">{refused.todo}</p>
      </div>
    </section>
  );
}

function CancelledNotice({ reason }: { readonly reason: string }) {
  const { task } = useText();
  return (
    <section className="notice" data-tone="gray">
      <div className="notice-text">
        <p>
          {task.cancelled}: {reason}
        </p>
      </div>
    </section>
  );
}
