/**
 * Doing something with one or many tasks: at once where it can be put right after, after some seconds of grace where it
 * cannot, and always saying how it went for each. The notice owns the grace; leaving the window leaves things as they are.
 */
import { notifications, notificationsStore } from '@mantine/notifications';
import type { Priority, Task } from '../../shared/domain/task.ts';
import { canMove, isEnd, isHeld } from '../../shared/domain/task.ts';
import type { CallError } from '../client/call.ts';
import { browserClock } from '../client/clock.ts';
import type { App } from '../context.ts';
import type { Text } from '../i18n/en.ts';
import { isMerging } from '../task/actions.ts';
import { ActNotice } from './ActNotice.tsx';

export type ListAct =
  | { readonly kind: 'approve' | 'cancel' | 'retry' }
  | { readonly kind: 'priority'; readonly priority: Priority };

/** To think again: neither a merge nor a stopped run can be had back. */
const GRACE_MS = 5_000;
const AT_ONCE = 6;
const MOST_REFUSALS = 3;
/** The window shows four at most. */
const MOST_SHOWN = 4;

interface Surroundings {
  readonly app: Pick<App, 'session'>;
  readonly text: Text;
}

interface Refused {
  readonly task: Task;
  readonly error: CallError;
}

/** True when the act would do something with the task, as far as the window knows. */
export function fits(act: ListAct, task: Task): boolean {
  if (isMerging(task)) return false;
  switch (act.kind) {
    case 'approve':
      return task.state === 'review';
    case 'retry':
      return task.state === 'failed';
    case 'cancel':
      return canMove(task.state, 'cancelled');
    case 'priority':
      return !isEnd(task.state) && !isHeld(task.state) && task.priority !== act.priority;
  }
}

export function startAct(around: Surroundings, act: ListAct, all: readonly Task[]): void {
  const { taskList } = around.text;
  const tasks = all.filter((task) => fits(act, task));
  if (tasks.length === 0) {
    if (all.length === 0) return;
    notifications.show({ title: taskList.nothingFits[act.kind], message: '', className: 'toast' });
    return;
  }
  const leftOut = all.length - tasks.length;
  if (act.kind === 'approve' || act.kind === 'cancel') afterGrace(around, act.kind, tasks, leftOut);
  else void carryOut(around, act, tasks, leftOut, notice());
}

function afterGrace(
  around: Surroundings,
  kind: 'approve' | 'cancel',
  tasks: readonly Task[],
  leftOut: number,
): void {
  const { taskList } = around.text;
  const what = named(around.text, tasks);
  const id = notice();
  const stop = browserClock.after(
    GRACE_MS,
    () => void carryOut(around, { kind }, tasks, leftOut, id),
  );
  const undo = (): void => {
    stop();
    put(id, { title: taskList.undone[kind](what), lines: [] });
  };
  const title = taskList.soon[kind](what, GRACE_MS / 1_000);
  put(id, { title, lines: [taskList.soonText], undo, stays: true });
}

async function carryOut(
  around: Surroundings,
  act: ListAct,
  tasks: readonly Task[],
  leftOut: number,
  id: string,
): Promise<void> {
  const { taskList } = around.text;
  const { done, refused } = await inParts(
    tasks,
    (task) => callFor(around, act, task),
    (count) => put(id, { title: taskList.underWay(count, tasks.length), lines: [], stays: true }),
  );
  const undo =
    act.kind === 'priority' && done.length > 0 ? () => void putBack(around, done, id) : undefined;
  const lines = [
    ...(done.length > 0 ? [taskList.final[act.kind]] : []),
    ...(leftOut > 0 ? [taskList.leftOut(leftOut)] : []),
    ...refusalLines(around.text, refused),
  ].filter((line) => line !== '');
  const title =
    done.length > 0
      ? taskList.done[act.kind](named(around.text, done))
      : taskList.notDone(refused.length);
  put(id, { title, lines, undo, isBad: refused.length > 0 });
}

/** Each task gets the priority it had. */
async function putBack(around: Surroundings, tasks: readonly Task[], id: string): Promise<void> {
  const { taskList } = around.text;
  const { refused } = await inParts(tasks, ({ id: taskId, priority }) =>
    around.app.session.api.call('tasks.update', { id: taskId, priority }),
  );
  put(id, {
    title: taskList.undone.priority(named(around.text, tasks)),
    lines: refusalLines(around.text, refused),
    isBad: refused.length > 0,
  });
}

type Outcome = { readonly ok: true } | { readonly ok: false; readonly error: CallError };

/** A few at a time. @param onProgress told now and then how many have been answered */
async function inParts(
  tasks: readonly Task[],
  call: (task: Task) => Promise<Outcome>,
  onProgress?: (count: number) => void,
): Promise<{ readonly done: readonly Task[]; readonly refused: readonly Refused[] }> {
  const refused: Refused[] = [];
  const done: Task[] = [];
  const waiting = tasks.values();
  const worker = async (): Promise<void> => {
    for (const task of waiting) {
      const answer = await call(task);
      if (answer.ok) done.push(task);
      else refused.push({ task, error: answer.error });
      const count = done.length + refused.length;
      if (count % 25 === 0 && count < tasks.length) onProgress?.(count);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { done, refused };
}

async function callFor({ app }: Surroundings, act: ListAct, { id }: Task): Promise<Outcome> {
  const { api } = app.session;
  switch (act.kind) {
    case 'approve':
      return await api.call('tasks.approve', { id });
    case 'retry':
      return await api.call('tasks.retry', { id });
    case 'cancel':
      return await api.call('tasks.cancel', { id });
    case 'priority':
      return await api.call('tasks.update', { id, priority: act.priority });
  }
}

function refusalLines({ taskList, callErrors }: Text, refused: readonly Refused[]): string[] {
  if (refused.length === 0) return [];
  const each = refused
    .slice(0, MOST_REFUSALS)
    .map(({ task, error }) => `${task.id}: ${callErrors[error.code].title} (${error.message})`);
  return [taskList.notDone(refused.length), ...each];
}

function named({ taskList }: Text, tasks: readonly Task[]): string {
  const [only] = tasks;
  return tasks.length === 1 && only ? only.id : taskList.tasks(tasks.length);
}

interface Said {
  readonly title: string;
  readonly lines: readonly string[];
  readonly undo?: (() => void) | undefined;
  readonly isBad?: boolean;
  /** Until it is said how it went. */
  readonly stays?: boolean;
}

/** What was just asked for is seen at once: of those that are shown, the first that only waits to close makes room. */
function notice(): string {
  const shown = notificationsStore.getState().notifications;
  const old = shown.find(({ autoClose }) => autoClose !== false)?.id;
  if (shown.length >= MOST_SHOWN && old !== undefined) notifications.hide(old);
  return notifications.show({ message: '', className: 'toast', autoClose: false });
}

function put(id: string, { title, lines, undo, isBad = false, stays = false }: Said): void {
  notifications.update({
    id,
    title,
    message: <ActNotice lines={lines} undo={undo} />,
    ...(isBad && { color: 'red' }),
    className: 'toast',
    autoClose: stays ? false : undo ? 8_000 : 4_000,
    withCloseButton: !stays,
  });
}
