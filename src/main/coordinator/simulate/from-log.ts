/** The work of a simulation as a workshop's own log has it: what came when, and how long it took. Pure. */
import type { StoredEvent } from '../../../shared/domain/event.ts';
import type { TaskId } from '../../../shared/ids.ts';
import type { SimTask } from './work.ts';

interface Found {
  readonly task: Omit<SimTask, 'arrivesAt' | 'takesMs'>;
  queuedAt: number | null;
  startedAt: number | null;
  /** Of its last attempt that came to its end. */
  tookMs: number | null;
}

/** Tasks that were queued and had an attempt that came to its end; the first comes at 0. @param events oldest first */
export function workOf(events: Iterable<StoredEvent>): SimTask[] {
  const found = new Map<TaskId, Found>();
  for (const stored of events) learn(found, stored);
  const whole = [...found.values()].flatMap(({ task, queuedAt, tookMs }) =>
    queuedAt === null || tookMs === null ? [] : [{ ...task, arrivesAt: queuedAt, takesMs: tookMs }],
  );
  const first = Math.min(...whole.map(({ arrivesAt }) => arrivesAt));
  return whole
    .map((task) => ({ ...task, arrivesAt: task.arrivesAt - first }))
    .toSorted((a, b) => a.arrivesAt - b.arrivesAt);
}

function learn(found: Map<TaskId, Found>, { event, at }: StoredEvent): void {
  if (event.type === 'task.created') {
    const { priority, repo, needs, specialty = 'general', by } = event;
    const task = { priority, repo: repo.url, owner: by, specialty, needs };
    found.set(event.taskId, { task, queuedAt: null, startedAt: null, tookMs: null });
    return;
  }
  const one = 'taskId' in event ? found.get(event.taskId) : undefined;
  if (!one) return;
  if (event.type === 'task.queued') one.queuedAt ??= at;
  if (event.type === 'attempt.started') one.startedAt = at;
  if (event.type === 'attempt.ended' && event.state !== 'lost' && one.startedAt !== null)
    one.tookMs = Math.max(1, at - one.startedAt);
}
