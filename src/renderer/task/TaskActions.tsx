/** The actions that fit the state of a task. Those that need a word or a second thought open a dialog. */
import { Button } from '@mantine/core';
import { IconArrowBackUp, IconGitMerge, IconRefresh, IconX } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { Task } from '../../shared/domain/task.ts';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useCall } from '../components/use-call.ts';
import { useText } from '../context.ts';
import { actionsFor, isMerging, type TaskAction } from './actions.ts';
import { TakeOverMenu } from './takeover/TakeOverMenu.tsx';
import { CommentDialog } from './CommentDialog.tsx';

export function TaskActions({ task }: { readonly task: Task }) {
  const text = useText().task;
  const [dialog, setDialog] = useState<TaskAction | null>(null);
  const approve = useCall('tasks.approve');
  const retry = useCall('tasks.retry');
  const busy = isMerging(task);
  const error = approve.error ?? retry.error;
  const { id } = task;

  const buttons: Record<TaskAction, ReactNode> = {
    approve: (
      <Button
        key="approve"
        size="sm"
        color="moss"
        leftSection={<IconGitMerge size={16} />}
        loading={approve.isBusy || busy}
        onClick={() => void approve.run({ id })}
        data-testid="approve"
      >
        {text.approve}
      </Button>
    ),
    send_back: (
      <Button
        key="send_back"
        size="sm"
        variant="default"
        leftSection={<IconArrowBackUp size={16} />}
        disabled={busy}
        onClick={() => setDialog('send_back')}
        data-testid="send-back"
      >
        {text.sendBack}
      </Button>
    ),
    reject: (
      <Button
        key="reject"
        size="sm"
        variant="subtle"
        color="red"
        disabled={busy}
        onClick={() => setDialog('reject')}
        data-testid="reject"
      >
        {text.reject}
      </Button>
    ),
    retry: (
      <Button
        key="retry"
        size="sm"
        leftSection={<IconRefresh size={16} />}
        loading={retry.isBusy}
        onClick={() => void retry.run({ id })}
        data-testid="retry"
      >
        {task.failure?.retryAt === null ? text.retry : text.retryNow}
      </Button>
    ),
    cancel: (
      <Button
        key="cancel"
        size="sm"
        variant="default"
        leftSection={<IconX size={15} />}
        onClick={() => setDialog('cancel')}
        data-testid="cancel"
      >
        {text.cancel}
      </Button>
    ),
  };
  return (
    <div className="task-actions">
      <div className="task-actions-row">
        <TakeOverMenu task={task} />
        {actionsFor(task)
          .toReversed()
          .map((action) => buttons[action])}
      </div>
      {error && <ErrorNote error={error} />}
      <CommentDialog task={task} action={dialog} onClose={() => setDialog(null)} />
    </div>
  );
}
