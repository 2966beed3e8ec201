/** Says aloud what needs a person: a change to review, a task that failed for good, a merge that was refused. */
import { notifications } from '@mantine/notifications';
import { useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import type { StoredEvent } from '../../shared/domain/event.ts';
import type { TaskId } from '../../shared/ids.ts';
import { browserClock } from '../client/clock.ts';
import { useApp, useText } from '../context.ts';
import type { Text } from '../i18n/en.ts';
import { watchPulls, type PullTrouble } from './pull-troubles.ts';

/** After a long absence, or in a very busy workshop, all comes at once: so many are said in SAID_MS, the badges count the rest. */
const MOST_AT_ONCE = 3;
const SAID_MS = 8_000;

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
  const said = useRef<number[]>([]);
  const [watch] = useState(watchPulls);
  useEffect(
    () =>
      session.onEvents((events) => {
        const notices = [
          ...events.flatMap((stored) => noticeOf(stored, text) ?? []),
          ...watch(events).map((trouble) => pullNotice(trouble, text)),
        ];
        for (const { taskId, title, color, tab } of notices.slice(-MOST_AT_ONCE)) {
          if (isLookedAt(taskId) || !isSayable(said)) continue;
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
    [session, data, text, navigate, watch],
  );
}

/** Takes one of the places there are for what is said within SAID_MS. */
function isSayable(said: { current: number[] }): boolean {
  const now = browserClock.monotonic();
  said.current = said.current.filter((at) => now - at < SAID_MS);
  if (said.current.length >= MOST_AT_ONCE) return false;
  said.current.push(now);
  return true;
}

/** Who looks at the task sees it there. */
function isLookedAt(taskId: TaskId): boolean {
  return !document.hidden && location.hash.startsWith(`#/tasks/${taskId}/`);
}

function pullNotice({ taskId, kind }: PullTrouble, { toast }: Text): Notice {
  return kind === 'checks'
    ? { taskId, title: toast.checksFailed, color: 'red', tab: 'timeline' }
    : { taskId, title: toast.changesAsked, color: 'yellow', tab: 'changes' };
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
