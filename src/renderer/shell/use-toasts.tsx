/** Says aloud what needs a person: a change to review, a task that failed for good, a merge that was refused. */
import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { useNavigate } from 'react-router';
import type { StoredEvent } from '../../shared/domain/event.ts';
import type { TaskId } from '../../shared/ids.ts';
import { useApp, useText } from '../context.ts';
import type { Text } from '../i18n/en.ts';

/** After a long absence everything arrives at once: only the newest are said. */
const MOST_AT_ONCE = 3;

interface Notice {
  readonly taskId: TaskId;
  readonly title: string;
  readonly color: string;
  readonly tab: string;
}

export function useToasts(): void {
  const { session, data } = useApp();
  const text = useText();
  const navigate = useNavigate();
  useEffect(
    () =>
      session.onEvents((events) => {
        const notices = events.flatMap((stored) => noticeOf(stored, text) ?? []);
        for (const { taskId, title, color, tab } of notices.slice(-MOST_AT_ONCE)) {
          if (isLookedAt(taskId)) continue;
          const path = `/tasks/${taskId}/${tab}`;
          const open = (): void => void navigate(path);
          notifications.show({
            id: `${taskId} ${title}`,
            title,
            message: `${taskId} · ${data.getState().live.tasks.get(taskId)?.title ?? ''}`,
            color,
            className: 'toast',
            onClick: open,
          });
        }
      }),
    [session, data, text, navigate],
  );
}

/** Who looks at the task sees it there. */
function isLookedAt(taskId: TaskId): boolean {
  return !document.hidden && location.hash.startsWith(`#/tasks/${taskId}/`);
}

function noticeOf({ event }: StoredEvent, { toast }: Text): Notice | null {
  switch (event.type) {
    case 'task.review_opened':
      return { taskId: event.taskId, title: toast.review, color: 'yellow', tab: 'changes' };
    case 'task.failed':
      // One that is tried again by itself needs nobody.
      if (event.retryAt !== null || event.code === 'changes_requested') return null;
      return { taskId: event.taskId, title: toast.failed, color: 'red', tab: 'timeline' };
    case 'task.merge_changed':
      if (event.merge.state === 'requested') return null;
      return event.merge.state === 'refused'
        ? { taskId: event.taskId, title: toast.refused, color: 'red', tab: 'timeline' }
        : { taskId: event.taskId, title: toast.completed, color: 'teal', tab: 'timeline' };
    default:
      return null;
  }
}
