/** What stands in the way of a task: a trouble, why it failed, or why its change was not merged, and what to do. */
import { IconGitMerge } from '@tabler/icons-react';
import type { Task } from '../../../shared/domain/task.ts';
import { useText } from '../../context.ts';
import { refusalWords } from '../reasons.ts';
import { useTrouble } from '../../tasks/use-trouble.ts';
import { FailureNotice } from './FailureNotice.tsx';
import { Notice } from './Notice.tsx';
import './notices.css';
import { TroubleNotice } from './TroubleNotice.tsx';

export function Notices({ task }: { readonly task: Task }) {
  const { state, failure, merge, change, cancelReason } = task;
  const trouble = useTrouble(task);
  // That the next attempt goes on from kept work is no answer to why this one failed.
  const isWhole = trouble !== null && (trouble.kind !== 'interrupted' || state === 'queued');
  if (isWhole) return <TroubleNotice task={task} trouble={trouble} />;
  if (state === 'failed' && failure) return <FailureNotice task={task} failure={failure} />;
  if (state === 'review' && merge?.state === 'refused')
    return <RefusedNotice merge={merge} change={change} />;
  if (state === 'cancelled' && cancelReason) return <CancelledNotice reason={cancelReason} />;
  return null;
}

interface RefusedNoticeProps {
  readonly merge: Extract<Task['merge'], { state: 'refused' }>;
  readonly change: Task['change'];
}

function RefusedNotice({ merge, change }: RefusedNoticeProps) {
  const text = useText();
  const { refused } = text.task;
  return (
    <Notice
      tone="red"
      testId="merge-refused"
      icon={<IconGitMerge size={18} aria-hidden="true" />}
      title={refused.title}
    >
      <p>{refusalWords(merge, change, text)}</p>
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
    </Notice>
  );
}

function CancelledNotice({ reason }: { readonly reason: string }) {
  const { task } = useText();
  return <Notice tone="gray" title={`${task.cancelled}: ${reason}`} />;
}
